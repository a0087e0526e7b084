# One HTTP request. HttpWebRequest and not Invoke-RestMethod: it is the same in Windows PowerShell 5.1 and PowerShell 7,
# sends the bytes it is given (Invoke-RestMethod of 5.1 sends text as ISO-8859-1), gives the body of an error, and can be
# told which certificate to trust for this one request. Refuses redirections: the access token stays with its server.

# $Request: Method, Uri, Headers, Body (text or $null), ContentType, Trust, TimeoutSeconds.
# Answer: Status, Reason, Headers, Text. An error status is an answer, too; no answer at all is thrown as text.
function Send-Request {
    param([hashtable] $Request)
    Write-Verbose ($Request.Method + ' ' + $Request.Uri)
    if ($null -ne $script:Inspector) {
        return (& $script:Inspector $Request)
    }
    $web = [System.Net.WebRequest]::Create([uri]$Request.Uri)
    $web.Method = $Request.Method
    $web.AllowAutoRedirect = $false
    $web.Accept = 'application/json'
    $web.UserAgent = 'Hospes-PowerShell/' + $script:ModuleVersion
    $web.Timeout = 1000 * $Request.TimeoutSeconds
    if ($null -ne $Request.Trust) {
        $web.ServerCertificateValidationCallback = $Request.Trust.Callback
        # Windows PowerShell keeps connections open and would share this one with requests that do not trust it.
        $web.ConnectionGroupName = 'Hospes' + $Request.Trust.GetHashCode()
    }
    foreach ($name in $Request.Headers.Keys) {
        Set-RequestHeader $web $name ([string]$Request.Headers[$name])
    }
    try {
        if ($null -ne $Request.Body) {
            $bytes = (New-Object System.Text.UTF8Encoding($false)).GetBytes([string]$Request.Body)
            $web.ContentType = $Request.ContentType
            $web.ContentLength = $bytes.Length
            $stream = $web.GetRequestStream()
            try { $stream.Write($bytes, 0, $bytes.Length) } finally { $stream.Dispose() }
        } elseif ($Request.Method -eq 'POST') {
            $web.ContentLength = 0
        }
        $response = $web.GetResponse()
    } catch {
        # A status of 400 and more is thrown, too, with the answer inside.
        $failure = $_.Exception
        while ($null -ne $failure -and -not ($failure -is [System.Net.WebException])) { $failure = $failure.InnerException }
        if ($null -eq $failure -or $null -eq $failure.Response) {
            throw (Get-Unreachable $Request.Uri $_.Exception)
        }
        $response = $failure.Response
    }
    $answer = Read-Response $response
    if ($answer.Status -ge 300 -and $answer.Status -lt 400) {
        throw ('The server answered with status ' + $answer.Status + ', a redirection to ' + $answer.Headers['Location'] +
            '. The token is not sent there: give -Server the address it comes from.')
    }
    Write-Verbose ([string]$answer.Status + ' ' + $answer.Reason + ', request-id ' + $answer.Headers['request-id'])
    return $answer
}

# Some headers are properties of the request; the engines refuse them by name.
function Set-RequestHeader {
    param($Web, [string] $Name, [string] $Value)
    switch ($Name) {
        'Accept' { $Web.Accept = $Value }
        'User-Agent' { $Web.UserAgent = $Value }
        'Content-Type' { $Web.ContentType = $Value }
        default { $Web.Headers.Add($Name, $Value) }
    }
}

function Read-Response {
    param($Response)
    try {
        # A hashtable finds names in any letter case.
        $headers = @{}
        foreach ($name in $Response.Headers.AllKeys) { $headers[$name] = [string]$Response.Headers[$name] }
        $text = ''
        $stream = $Response.GetResponseStream()
        if ($null -ne $stream) {
            $reader = New-Object System.IO.StreamReader($stream, [System.Text.Encoding]::UTF8)
            try { $text = $reader.ReadToEnd() } finally { $reader.Dispose() }
        }
        return @{
            Status  = [int]$Response.StatusCode
            Reason  = [string]$Response.StatusDescription
            Headers = $headers
            Text    = $text
        }
    } finally {
        $Response.Close()
    }
}

# Why nothing came back, with the remedy where the cause is known. The innermost exception says most.
function Get-Unreachable {
    param([string] $Uri, [System.Exception] $Failure)
    $texts = New-Object 'System.Collections.Generic.List[string]'
    $trust = $false
    while ($null -ne $Failure) {
        if ($Failure -is [System.Security.Authentication.AuthenticationException]) { $trust = $true }
        if ($Failure -is [System.Net.WebException] -and [string]$Failure.Status -eq 'TrustFailure') { $trust = $true }
        if (-not $texts.Contains($Failure.Message)) { $texts.Add($Failure.Message) }
        $Failure = $Failure.InnerException
    }
    $server = ([uri]$Uri).GetLeftPart([System.UriPartial]::Authority)
    $said = 'No answer from ' + $server + ': ' + $texts[$texts.Count - 1]
    if ($trust) {
        $said += ' Its certificate is not trusted on this machine. A development server has an authority of its own: ' +
            'connect with -CertificateAuthority and the path of its authority.pem.'
    }
    return $said
}

# A path segment or a query value, percent-encoded.
function ConvertTo-Escaped {
    param([Parameter(Position = 0)] [string] $Text)
    return [uri]::EscapeDataString($Text)
}

# Names and values as in an address or a form.
function ConvertTo-Query {
    param([Parameter(Position = 0)] [System.Collections.IDictionary] $Pairs)
    $parts = New-Object 'System.Collections.Generic.List[string]'
    foreach ($name in $Pairs.Keys) {
        $parts.Add([string]$name + '=' + (ConvertTo-Escaped ([string]$Pairs[$name])))
    }
    return [string]::Join('&', $parts.ToArray())
}
