# The public cmdlets that begin and end a connection, and choose between v1.0 and beta.

function Connect-HospesMgGraph {
    <#
    .SYNOPSIS
    Connects this session to a Hospes, in the manner of Connect-MgGraph.
    .DESCRIPTION
    Gets an access token by client secret, or takes one that you have. Both families of cmdlets, those for Microsoft
    Graph and those of AzureAD, use the same connection. It lives in this session only; nothing is written to disk.

    Without a way to sign in, as in "Connect-MgGraph -Scopes User.ReadWrite.All" of a script, the connection that is
    there already is kept.
    .PARAMETER Server
    Address of the Hospes, such as https://guests.example.org. May be left out when the session was connected before.
    .PARAMETER TenantId
    Id or domain of the organisation.
    .PARAMETER ClientSecretCredential
    Client id as user name and client secret as password.
    .PARAMETER AccessToken
    An access token, as SecureString or as text. It is not renewed.
    .PARAMETER UseDeviceCode
    Signs a person in by a code typed into a browser, on servers that have this.
    .PARAMETER ClientId
    The application of -UseDeviceCode; Microsoft Graph Command Line Tools if not given.
    .PARAMETER Scopes
    Permissions to ask for with -UseDeviceCode. A client secret always brings what the application was granted.
    .PARAMETER CertificateAuthority
    File with the certificate authority of a development server (PEM or DER). It is trusted for this connection only,
    for no other program and no other server; the name in the certificate still has to be right.
    .PARAMETER FamiliarNames
    Also makes the names without Hospes, such as Get-MgUser: see Enable-HospesFamiliarName.
    .PARAMETER ContextScope
    Accepted for scripts; a connection never outlives its process.
    .PARAMETER ClientTimeout
    Seconds to wait for an answer.
    .PARAMETER NoWelcome
    Prints nothing.
    .EXAMPLE
    Connect-HospesMgGraph -Server https://guests.example.org -TenantId example.org -ClientSecretCredential (Get-Credential)
    .EXAMPLE
    Connect-HospesMgGraph -Server https://localhost:8443 -TenantId fabrikam.test -ClientSecretCredential $credential -CertificateAuthority ./hospes-dev/authority.pem
    #>
    [CmdletBinding(DefaultParameterSetName = 'Kept')]
    param(
        [Alias('BaseUrl', 'Uri')] [string] $Server,
        [Alias('Tenant', 'TenantDomain')] [string] $TenantId,
        [Parameter(Mandatory = $true, ParameterSetName = 'Secret')] [Alias('Credential')]
        [System.Management.Automation.PSCredential] $ClientSecretCredential,
        [Parameter(Mandatory = $true, ParameterSetName = 'Token')] [object] $AccessToken,
        [Parameter(Mandatory = $true, ParameterSetName = 'Device')] [Alias('UseDeviceAuthentication', 'DeviceCode', 'Device')]
        [switch] $UseDeviceCode,
        [Alias('AppId')] [string] $ClientId = '14d82eec-204b-4c2f-b7e8-296a70dab67e',
        [string[]] $Scopes,
        [string] $CertificateAuthority,
        [switch] $FamiliarNames,
        [ValidateSet('Process', 'CurrentUser')] [string] $ContextScope = 'Process',
        [ValidateRange(1, 3600)] [int] $ClientTimeout = 100,
        [switch] $NoWelcome
    )
    Use-CallerPreference $PSCmdlet
    if ($PSCmdlet.ParameterSetName -eq 'Kept') {
        if ($null -eq $script:Connection -or ($Server -and $Server.TrimEnd('/') -ne $script:Connection.Server)) {
            Stop-Cmdlet $PSCmdlet 'NoCredential' ('Say how to sign in: Connect-HospesMgGraph -Server https://... -TenantId ... ' +
                '-ClientSecretCredential (Get-Credential), or -AccessToken. The page /powershell of the server has the whole line.') $null
        }
    } else {
        $connection = New-RequestedConnection $PSCmdlet $Server $TenantId $CertificateAuthority $ClientTimeout
        switch ($PSCmdlet.ParameterSetName) {
            'Secret' { Connect-BySecret $PSCmdlet $connection $ClientSecretCredential }
            'Token' { Connect-ByToken $PSCmdlet $connection $AccessToken }
            'Device' {
                $connection.ClientId = $ClientId
                $connection.CredentialType = 'DeviceCode'
                if (-not $Scopes) { $Scopes = @('User.Read') }
                Connect-ByDeviceCode $PSCmdlet $connection (($Scopes + @('openid', 'profile', 'offline_access')) -join ' ')
            }
        }
        $script:Connection = $connection
    }
    if ($FamiliarNames) { Enable-HospesFamiliarName }
    if (-not $NoWelcome) {
        $context = Get-HospesMgContext
        Write-Host ('Connected to Hospes at ' + $context.Server + ', ' + $context.AuthType + '. Permissions: ' + ($context.Scopes -join ', '))
    }
}

function Connect-HospesAzureAD {
    <#
    .SYNOPSIS
    Connects this session to a Hospes, in the manner of Connect-AzureAD.
    .DESCRIPTION
    The same as Connect-HospesMgGraph, with the parameters and the answer of Connect-AzureAD. Without a way to sign in,
    the connection that is there already is kept.
    .PARAMETER Server
    Address of the Hospes, such as https://guests.example.org.
    .PARAMETER TenantId
    Id or domain of the organisation; also -TenantDomain.
    .PARAMETER ClientSecretCredential
    Client id as user name and client secret as password; also -Credential.
    .PARAMETER AadAccessToken
    An access token.
    .PARAMETER MsAccessToken
    The same: one token serves both kinds of cmdlets here.
    .PARAMETER AccountId
    Accepted for scripts; the token says who it is.
    .PARAMETER CertificateAuthority
    File with the certificate authority of a development server, trusted for this connection only.
    .PARAMETER FamiliarNames
    Also makes the names without Hospes: see Enable-HospesFamiliarName.
    .EXAMPLE
    Connect-HospesAzureAD -Server https://guests.example.org -TenantId example.org -ClientSecretCredential (Get-Credential)
    #>
    [CmdletBinding()]
    param(
        [Alias('BaseUrl', 'Uri')] [string] $Server,
        [Alias('Tenant', 'TenantDomain')] [string] $TenantId,
        [Alias('Credential')] [System.Management.Automation.PSCredential] $ClientSecretCredential,
        [object] $AadAccessToken,
        [object] $MsAccessToken,
        [string] $AccountId,
        [string] $CertificateAuthority,
        [switch] $FamiliarNames
    )
    Use-CallerPreference $PSCmdlet
    $token = $MsAccessToken
    if ($null -eq $token) { $token = $AadAccessToken }
    if ($null -ne $ClientSecretCredential -or $null -ne $token) {
        $connection = New-RequestedConnection $PSCmdlet $Server $TenantId $CertificateAuthority 100
        if ($null -ne $ClientSecretCredential) {
            Connect-BySecret $PSCmdlet $connection $ClientSecretCredential
        } else {
            Connect-ByToken $PSCmdlet $connection $token
        }
        $script:Connection = $connection
    } elseif ($null -eq $script:Connection) {
        Stop-Cmdlet $PSCmdlet 'NoCredential' ('Say how to sign in: Connect-HospesAzureAD -Server https://... -TenantId ... ' +
            '-ClientSecretCredential (Get-Credential). The page /powershell of the server has the whole line.') $null
    }
    if ($FamiliarNames) { Enable-HospesFamiliarName }
    $context = Get-HospesMgContext
    $type = 'User'
    if ($context.AuthType -eq 'AppOnly') { $type = 'ServicePrincipal' }
    New-Object -TypeName PSObject -Property ([ordered]@{
            Account = $context.Account; Environment = $context.Server; TenantId = $context.TenantId
            TenantDomain = $script:Connection.Tenant; AccountType = $type
        })
}

# Server and organisation as given, else those of the connection that is there.
function New-RequestedConnection {
    param($Cmdlet, [string] $Server, [string] $TenantId, [string] $CertificateAuthority, [int] $Seconds)
    $known = $script:Connection
    if (-not $Server -and $null -ne $known) { $Server = $known.Server }
    if (-not $Server) {
        Stop-Cmdlet $Cmdlet 'NoServer' 'Say where: -Server with the address of the Hospes, as in https://guests.example.org.' $null
    }
    $connection = New-Connection $Cmdlet $Server $TenantId $CertificateAuthority $Seconds
    if ($null -ne $known -and $known.Server -eq $connection.Server) {
        if (-not $TenantId) { $connection.Tenant = $known.Tenant }
        if (-not $CertificateAuthority) { $connection.Trust = $known.Trust }
    }
    return $connection
}

function Connect-BySecret {
    param($Cmdlet, $Connection, $Credential)
    if (-not $Connection.Tenant) {
        Stop-Cmdlet $Cmdlet 'NoTenant' 'Say which organisation: -TenantId with its id or one of its domains.' $null
    }
    $Connection.ClientId = $Credential.UserName
    $Connection.Secret = $Credential.Password
    $Connection.CredentialType = 'ClientSecret'
    Update-ConnectionToken $Cmdlet $Connection
}

function Connect-ByToken {
    param($Cmdlet, $Connection, $Token)
    $text = ''
    if ($Token -is [System.Security.SecureString]) { $text = ConvertFrom-Secret $Token } else { $text = [string]$Token }
    if (-not $text.Trim()) {
        Stop-Cmdlet $Cmdlet 'NoToken' 'The access token is empty.' $null
    }
    $Connection.CredentialType = 'UserProvidedAccessToken'
    Set-ConnectionToken $Connection $text.Trim() 0
    if (-not $Connection.Tenant -and $null -ne $Connection.Claims) { $Connection.Tenant = [string]$Connection.Claims.tid }
}

function Disconnect-HospesMgGraph {
    <#
    .SYNOPSIS
    Ends the connection of this session.
    .DESCRIPTION
    Forgets the token and the client secret. What the server issued stays good until it runs out.
    .EXAMPLE
    Disconnect-HospesMgGraph
    #>
    [CmdletBinding()]
    param()
    $context = Get-HospesMgContext
    $script:Connection = $null
    $context
}

function Disconnect-HospesAzureAD {
    <#
    .SYNOPSIS
    Ends the connection of this session, in the manner of Disconnect-AzureAD.
    .DESCRIPTION
    The same as Disconnect-HospesMgGraph, without an answer.
    .EXAMPLE
    Disconnect-HospesAzureAD
    #>
    [CmdletBinding(SupportsShouldProcess = $true)]
    param()
    Use-CallerPreference $PSCmdlet
    if ($PSCmdlet.ShouldProcess('the connection of this session', 'Disconnect')) { $script:Connection = $null }
}

function Get-HospesMgContext {
    <#
    .SYNOPSIS
    Shows where and as whom this session is connected; nothing if it is not.
    .DESCRIPTION
    As Get-MgContext, and the address of the server. The token itself is never shown.
    .EXAMPLE
    (Get-HospesMgContext).Scopes
    #>
    [CmdletBinding()]
    param()
    if ($null -eq $script:Connection) { return }
    $claims = $script:Connection.Claims
    $context = [ordered]@{
        ClientId = $script:Connection.ClientId; TenantId = $script:Connection.Tenant; Scopes = @()
        AuthType = $script:Connection.AuthType; TokenCredentialType = $script:Connection.CredentialType
        Account = $null; AppName = $null; ContextScope = 'Process'; Environment = 'Hospes'
        Server = $script:Connection.Server; ApiVersion = $script:ApiVersion
    }
    if ($null -ne $claims) {
        if ($claims.appid) { $context.ClientId = [string]$claims.appid }
        if ($claims.tid) { $context.TenantId = [string]$claims.tid }
        $context.Account = $claims.upn
        $context.AppName = $claims.app_displayname
        if ($claims.scp) {
            $context.Scopes = @(([string]$claims.scp).Split(' '))
        } elseif ($claims.roles) {
            $context.Scopes = @($claims.roles)
        }
        if (-not $context.Account -and $context.AuthType -eq 'AppOnly') { $context.Account = $context.ClientId }
    }
    New-Object -TypeName PSObject -Property $context
}

function Select-HospesMgProfile {
    <#
    .SYNOPSIS
    Chooses between the paths /v1.0 and /beta, in the manner of Select-MgProfile.
    .DESCRIPTION
    Scripts for the first Microsoft.Graph module call it before they connect. Hospes answers the same on both paths, so
    it changes the path of the requests and nothing else.
    .PARAMETER Name
    v1.0 or beta.
    .EXAMPLE
    Select-HospesMgProfile -Name v1.0
    #>
    [CmdletBinding()]
    param(
        [Parameter(Mandatory = $true, Position = 0)] [Alias('ProfileName')] [ValidateSet('v1.0', 'beta')] [string] $Name
    )
    $script:ApiVersion = $Name.ToLowerInvariant()
    Write-Host ('Requests go to /' + $script:ApiVersion + '. Hospes answers the same on /v1.0 and /beta.')
}
