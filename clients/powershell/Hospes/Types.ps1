# The .NET types: those that scripts of the AzureAD module make with New-Object, and the check of a server certificate.
# C# as old as the compiler of Windows PowerShell 5.1 understands.

# Microsoft.Open.MSGraph.Model.*: a script class cannot have a dotted name, hence Add-Type.
function Add-ModelType {
    if ($null -ne ('Microsoft.Open.MSGraph.Model.User' -as [type])) { return }
    try {
        Add-Type -IgnoreWarnings -TypeDefinition @'
using System.Collections.Generic;

namespace Microsoft.Open.MSGraph.Model
{
    public class User
    {
        public User() { }
        public User(string id) { Id = id; }
        public string Id { get; set; }
        public string OdataType { get; set; }
        public override string ToString() { return Id; }
    }

    public class EmailAddress
    {
        public string Name { get; set; }
        public string Address { get; set; }
    }

    public class Recipient
    {
        public EmailAddress EmailAddress { get; set; }
    }

    public class InvitedUserMessageInfo
    {
        public List<Recipient> CcRecipients { get; set; }
        public string CustomizedMessageBody { get; set; }
        public string MessageLanguage { get; set; }
    }
}
'@
    } catch {
        throw ('The types Microsoft.Open.MSGraph.Model.User and Microsoft.Open.MSGraph.Model.InvitedUserMessageInfo could ' +
            'not be made on this machine (' + $_.Exception.Message + '). Give -InvitedUser @{ Id = ''...'' } instead.')
    }
}

# Accepts a server whose chain ends at one of the given certificates; see -CertificateAuthority of Connect-HospesMgGraph.
function Add-TrustType {
    if ($null -ne ('Hospes.AuthorityTrust' -as [type])) { return }
    Add-Type -IgnoreWarnings -TypeDefinition @'
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace Hospes
{
    public class AuthorityTrust
    {
        private readonly X509Certificate2Collection authorities;

        public AuthorityTrust(X509Certificate2Collection authorities)
        {
            this.authorities = authorities;
        }

        public RemoteCertificateValidationCallback Callback
        {
            get { return new RemoteCertificateValidationCallback(Check); }
        }

        private bool Check(object sender, X509Certificate certificate, X509Chain offered, SslPolicyErrors errors)
        {
            if (errors == SslPolicyErrors.None) { return true; }
            // A wrong name, or no certificate at all, is never accepted.
            if (errors != SslPolicyErrors.RemoteCertificateChainErrors || certificate == null) { return false; }
            X509Certificate2 server = certificate as X509Certificate2;
            if (server == null) { server = new X509Certificate2(certificate); }
            X509Chain chain = new X509Chain();
            chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
            chain.ChainPolicy.VerificationFlags = X509VerificationFlags.AllowUnknownCertificateAuthority;
            chain.ChainPolicy.ExtraStore.AddRange(authorities);
            if (offered != null)
            {
                foreach (X509ChainElement element in offered.ChainElements)
                {
                    chain.ChainPolicy.ExtraStore.Add(element.Certificate);
                }
            }
            // The flag lets any unknown end pass: the end has to be one of ours.
            if (!chain.Build(server) || chain.ChainElements.Count == 0) { return false; }
            string end = chain.ChainElements[chain.ChainElements.Count - 1].Certificate.GetRawCertDataString();
            foreach (X509Certificate2 authority in authorities)
            {
                if (authority.GetRawCertDataString() == end) { return true; }
            }
            return false;
        }
    }
}
'@
}

# The certificates in a file, PEM or DER.
function Read-Certificate {
    param([Parameter(Position = 0)] [string] $Path)
    $found = New-Object System.Security.Cryptography.X509Certificates.X509Certificate2Collection
    $bytes = [System.IO.File]::ReadAllBytes($Path)
    $text = [System.Text.Encoding]::ASCII.GetString($bytes)
    $blocks = [regex]::Matches($text, '-----BEGIN CERTIFICATE-----([^-]+)-----END CERTIFICATE-----')
    if ($blocks.Count -eq 0) {
        [void]$found.Add([System.Security.Cryptography.X509Certificates.X509Certificate2]::new($bytes))
    }
    foreach ($block in $blocks) {
        $der = [System.Convert]::FromBase64String($block.Groups[1].Value.Trim())
        [void]$found.Add([System.Security.Cryptography.X509Certificates.X509Certificate2]::new($der))
    }
    return , $found
}
