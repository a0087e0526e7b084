# The one connection of a session: where the server is, as whom, with which token. Held in memory only, ended by
# Disconnect. Refuses plain HTTP to anything but this machine, and to send the token to another server.

# A connection without a token yet.
function New-Connection {
    param($Cmdlet, [string] $Server, [string] $Tenant, [string] $CertificateAuthority, [int] $TimeoutSeconds)
    $address = $null
    if (-not [uri]::TryCreate($Server, [System.UriKind]::Absolute, [ref] $address)) {
        Stop-Cmdlet $Cmdlet 'BadServer' "'$Server' is not an address. Give -Server as in https://guests.example.org." $Server
    }
    if ($address.Scheme -ne 'https' -and -not ($address.Scheme -eq 'http' -and $address.IsLoopback)) {
        Stop-Cmdlet $Cmdlet 'BadServer' "Secrets and tokens go to https addresses only, and '$Server' is none." $Server
    }
    $trust = $null
    if ($CertificateAuthority) {
        $path = $Cmdlet.SessionState.Path.GetUnresolvedProviderPathFromPSPath($CertificateAuthority)
        if (-not [System.IO.File]::Exists($path)) {
            Stop-Cmdlet $Cmdlet 'NoCertificateAuthority' "There is no file '$path'. Give -CertificateAuthority a PEM or DER file." $path
        }
        try { $certificates = Read-Certificate $path } catch {
            Stop-Cmdlet $Cmdlet 'NoCertificateAuthority' "'$path' holds no certificate: $($_.Exception.Message)" $path
        }
        $trust = New-Object -TypeName Hospes.AuthorityTrust -ArgumentList (, $certificates)
    }
    return @{
        Server = $address.GetLeftPart([System.UriPartial]::Authority); Tenant = $Tenant; Trust = $trust
        TimeoutSeconds = $TimeoutSeconds; ClientId = ''; Secret = $null; RefreshToken = $null
        Token = $null; Expires = [datetime]::MaxValue; AuthType = ''; CredentialType = ''; Claims = $null
    }
}

# A SecureString as text. Both engines can do this on every system.
function ConvertFrom-Secret {
    param([System.Security.SecureString] $Secret)
    return (New-Object System.Net.NetworkCredential('', $Secret)).Password
}

# The token of the connection is in force: who and what it says stands in it, unless it is no JWT.
function Set-ConnectionToken {
    param($Connection, [string] $Token, [int] $Seconds)
    $Connection.Token = $Token
    if ($Seconds -gt 0) { $Connection.Expires = [datetime]::UtcNow.AddSeconds($Seconds) }
    $Connection.Claims = Read-TokenClaim $Token
    $Connection.AuthType = 'Delegated'
    if ($null -ne $Connection.Claims -and $Connection.Claims.idtyp -eq 'app') { $Connection.AuthType = 'AppOnly' }
}

# The claims of a JWT, unverified: for display only.
function Read-TokenClaim {
    param([string] $Token)
    $parts = $Token.Split('.')
    if ($parts.Length -lt 2) { return $null }
    $text = $parts[1].Replace('-', '+').Replace('_', '/')
    while ($text.Length % 4 -ne 0) { $text += '=' }
    try {
        return (ConvertFrom-ApiJson ([System.Text.Encoding]::UTF8.GetString([System.Convert]::FromBase64String($text))))
    } catch { return $null }
}

# Posts a form to the sign-in part of the server. Answer: Status, Json.
function Send-SignInForm {
    param($Cmdlet, $Connection, [string] $Endpoint, [System.Collections.IDictionary] $Form)
    $uri = $Connection.Server + '/' + (ConvertTo-Escaped $Connection.Tenant) + '/oauth2/v2.0/' + $Endpoint
    $request = @{
        Method = 'POST'; Uri = $uri; Headers = @{}; Body = (ConvertTo-Query $Form)
        ContentType = 'application/x-www-form-urlencoded'; Trust = $Connection.Trust; TimeoutSeconds = $Connection.TimeoutSeconds
    }
    try { $answer = Send-Request $request } catch {
        Stop-Cmdlet $Cmdlet 'NoAnswer' $_.Exception.Message $Connection.Server
    }
    return @{ Status = $answer.Status; Json = (ConvertFrom-ApiJson $answer.Text) }
}

# The text of a refused sign-in.
function Format-SignInError {
    param($Answer)
    if ($null -ne $Answer.Json -and $Answer.Json.error_description) { return [string]$Answer.Json.error_description }
    if ($null -ne $Answer.Json -and $Answer.Json.error -is [string]) { return [string]$Answer.Json.error }
    return 'The server answered with status ' + $Answer.Status + ' and no reason. Is -Server the address of a Hospes, and -TenantId right?'
}

# Gets a token by the form of a grant, into the connection.
function Request-Token {
    param($Cmdlet, $Connection, [System.Collections.IDictionary] $Form)
    $answer = Send-SignInForm $Cmdlet $Connection 'token' $Form
    if ($answer.Status -ne 200 -or $null -eq $answer.Json -or -not $answer.Json.access_token) {
        Stop-Cmdlet $Cmdlet 'AuthenticationFailed' (Format-SignInError $answer) $Connection.ClientId
    }
    Set-ConnectionToken $Connection ([string]$answer.Json.access_token) ([int]$answer.Json.expires_in)
    if ($answer.Json.refresh_token) { $Connection.RefreshToken = [string]$answer.Json.refresh_token }
}

# By client secret, or by what a device code left.
function Update-ConnectionToken {
    param($Cmdlet, $Connection)
    if ($null -ne $Connection.Secret) {
        Request-Token $Cmdlet $Connection ([ordered]@{
                grant_type = 'client_credentials'; client_id = $Connection.ClientId
                client_secret = (ConvertFrom-Secret $Connection.Secret); scope = $Connection.Server + '/.default'
            })
    } elseif ($null -ne $Connection.RefreshToken) {
        Request-Token $Cmdlet $Connection ([ordered]@{
                grant_type = 'refresh_token'; client_id = $Connection.ClientId; refresh_token = $Connection.RefreshToken
            })
    }
}

# The connection, with a token that is good for another minute.
function Get-Connection {
    param($Cmdlet, [switch] $AzureAD)
    if ($null -eq $script:Connection) {
        if ($AzureAD) {
            Stop-Cmdlet $Cmdlet 'NotConnected' ('You must call the Connect-AzureAD cmdlet before calling any other cmdlets. ' +
                'Here that is Connect-HospesAzureAD -Server https://... -TenantId ... -ClientSecretCredential (Get-Credential).') $null
        }
        Stop-Cmdlet $Cmdlet 'NotConnected' ('Authentication needed. Please call Connect-MgGraph. ' +
            'Here that is Connect-HospesMgGraph -Server https://... -TenantId ... -ClientSecretCredential (Get-Credential).') $null
    }
    if ($script:Connection.Expires -lt [datetime]::UtcNow.AddMinutes(1)) {
        Update-ConnectionToken $Cmdlet $script:Connection
    }
    return $script:Connection
}

# A request to the directory API. $Path begins with the version (/v1.0/...) or is a whole address of this server, as in
# @odata.nextLink. Answer: that of Send-Request.
function Invoke-Api {
    param($Cmdlet, [string] $Method, [string] $Path, $Query, $Headers, $Body, [switch] $AzureAD)
    $connection = Get-Connection $Cmdlet -AzureAD:$AzureAD
    $uri = $Path
    if ($Path.StartsWith('/')) { $uri = $connection.Server + $Path }
    if (-not $uri.StartsWith($connection.Server + '/', [System.StringComparison]::OrdinalIgnoreCase)) {
        Stop-Cmdlet $Cmdlet 'ForeignAddress' ('The address ' + $uri + ' is not on ' + $connection.Server + ': the token is not sent there.') $uri
    }
    if ($null -ne $Query -and $Query.Count -gt 0) { $uri += '?' + (ConvertTo-Query $Query) }
    $sent = @{ 'client-request-id' = [guid]::NewGuid().ToString() }
    if ($null -ne $Headers) {
        foreach ($name in $Headers.Keys) { $sent[[string]$name] = [string]$Headers[$name] }
    }
    $sent['Authorization'] = 'Bearer ' + $connection.Token
    $text = $null
    if ($null -ne $Body) { $text = ConvertTo-ApiJson $Body }
    $request = @{
        Method = $Method; Uri = $uri; Headers = $sent; Body = $text; ContentType = 'application/json; charset=utf-8'
        Trust = $connection.Trust; TimeoutSeconds = $connection.TimeoutSeconds
    }
    try { $answer = Send-Request $request } catch {
        Stop-Cmdlet $Cmdlet 'NoAnswer' $_.Exception.Message $uri
    }
    # A page of some proxy is no answer of the directory: without this, nothing would look like success.
    if ($answer.Status -lt 300 -and $answer.Text -and $null -eq (ConvertFrom-ApiJson $answer.Text)) {
        Stop-Cmdlet $Cmdlet 'NoAnswer' ('What ' + $connection.Server + ' answered is not JSON. Is -Server the address of a Hospes?') $uri
    }
    return $answer
}

# By device code (RFC 8628), where the server's discovery document says that it has one.
function Connect-ByDeviceCode {
    param($Cmdlet, $Connection, [string] $Scope)
    if (-not $Connection.Tenant) {
        Stop-Cmdlet $Cmdlet 'NoTenant' 'Say which organisation: -TenantId with its id or one of its domains.' $null
    }
    $uri = $Connection.Server + '/' + (ConvertTo-Escaped $Connection.Tenant) + '/v2.0/.well-known/openid-configuration'
    $request = @{
        Method = 'GET'; Uri = $uri; Headers = @{}; Body = $null; ContentType = $null
        Trust = $Connection.Trust; TimeoutSeconds = $Connection.TimeoutSeconds
    }
    try { $answer = Send-Request $request } catch {
        Stop-Cmdlet $Cmdlet 'NoAnswer' $_.Exception.Message $Connection.Server
    }
    $json = ConvertFrom-ApiJson $answer.Text
    if ($answer.Status -ne 200 -or $null -eq $json) {
        Stop-Cmdlet $Cmdlet 'AuthenticationFailed' (Format-SignInError @{ Status = $answer.Status; Json = $json }) $uri
    }
    if (-not $json.device_authorization_endpoint) {
        Stop-Cmdlet $Cmdlet 'NoDeviceCode' ('This server does not have sign-in by device code yet. ' +
            'Use -ClientSecretCredential (Get-Credential) or -AccessToken.') $Connection.Server
    }
    $asked = Send-SignInForm $Cmdlet $Connection 'devicecode' ([ordered]@{ client_id = $Connection.ClientId; scope = $Scope })
    if ($asked.Status -ne 200 -or $null -eq $asked.Json -or -not $asked.Json.device_code) {
        Stop-Cmdlet $Cmdlet 'AuthenticationFailed' (Format-SignInError $asked) $Connection.ClientId
    }
    Write-Host ([string]$asked.Json.message)
    $pause = 5
    if ($asked.Json.interval) { $pause = [int]$asked.Json.interval }
    $form = [ordered]@{
        grant_type = 'urn:ietf:params:oauth:grant-type:device_code'; client_id = $Connection.ClientId
        device_code = [string]$asked.Json.device_code; code = [string]$asked.Json.device_code
    }
    $until = [datetime]::UtcNow.AddSeconds([int]$asked.Json.expires_in)
    while ([datetime]::UtcNow -lt $until) {
        Start-Sleep -Seconds $pause
        $answer = Send-SignInForm $Cmdlet $Connection 'token' $form
        if ($answer.Status -eq 200) {
            Set-ConnectionToken $Connection ([string]$answer.Json.access_token) ([int]$answer.Json.expires_in)
            if ($answer.Json.refresh_token) { $Connection.RefreshToken = [string]$answer.Json.refresh_token }
            return
        }
        $why = ''
        if ($null -ne $answer.Json) { $why = [string]$answer.Json.error }
        if ($why -eq 'slow_down') { $pause += 5 }
        if ($why -ne 'slow_down' -and $why -ne 'authorization_pending') {
            Stop-Cmdlet $Cmdlet 'AuthenticationFailed' (Format-SignInError $answer) $Connection.ClientId
        }
    }
    Stop-Cmdlet $Cmdlet 'AuthenticationFailed' 'Nobody typed the code in time. Run the command again.' $Connection.ClientId
}
