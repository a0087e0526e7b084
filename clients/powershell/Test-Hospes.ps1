# Checks the module Hospes with a real engine, Windows PowerShell 5.1 or PowerShell 7, against a development server:
#
#     hospes dev --env-file hospes.env
#     pwsh -NoProfile -File Test-Hospes.ps1 -EnvFile hospes.env
#
# Prints one line for each check, "ok" or "FAILED" with the reason, and exits with 1 if one has failed. Needs nothing else:
# the table of requests (mapping.json) and the scripts of both articles (articles) stand beside it. -Install also fetches
# the packages from the feed of the server, for the current user, and removes them again; the certificate of the server
# has to be trusted by this machine for that.
[CmdletBinding()]
param(
    [string] $EnvFile,
    [string] $Module,
    [switch] $Install
)
$ErrorActionPreference = 'Stop'
if (-not $Module) { $Module = Join-Path -Path $PSScriptRoot -ChildPath 'Hospes' }
$script:seen = New-Object System.Collections.ArrayList

. (Join-Path -Path $PSScriptRoot -ChildPath 'Checks.ps1')

# --- Where the server is

$settings = @{}
if ($EnvFile) {
    foreach ($line in [System.IO.File]::ReadAllLines((Resolve-Path -LiteralPath $EnvFile).ProviderPath)) {
        $at = $line.IndexOf('=')
        if ($at -gt 0) { $settings[$line.Substring(0, $at)] = $line.Substring($at + 1) }
    }
} else {
    foreach ($variable in Get-ChildItem -Path Env:HOSPES_*) { $settings[$variable.Name] = $variable.Value }
}
if (-not $settings['HOSPES_BASE_URL']) {
    Write-Output 'Say where the server is: -EnvFile with what hospes dev --env-file has written.'
    exit 2
}
$base = $settings['HOSPES_BASE_URL']
$secret = New-Object System.Security.SecureString
foreach ($character in $settings['HOSPES_CLIENT_SECRET'].ToCharArray()) { $secret.AppendChar($character) }
$credential = New-Object System.Management.Automation.PSCredential($settings['HOSPES_CLIENT_ID'], $secret)
$at = @{ Server = $base; TenantId = $settings['HOSPES_TENANT_ID']; CertificateAuthority = $settings['HOSPES_CA_FILE'] }
if (-not $at.CertificateAuthority) { $at.Remove('CertificateAuthority') }
$run = 'ps' + [guid]::NewGuid().ToString('N').Substring(0, 10)
$landing = 'https://myapps.microsoft.com'
$accents = [string][char]0x0160 + 'i' + [char]0x0107 + ' & "S' + [char]0x00F8 + 'n"'

Write-Output ('PowerShell ' + $PSVersionTable.PSVersion + ', ' + $base)
Remove-Module -Name Hospes -ErrorAction SilentlyContinue
Import-Module $Module

# --- The module itself

Test-That 'the module has the commands of its manifest, all with Hospes in the name' {
    $commands = @(Get-Command -Module Hospes)
    Assert-Same $commands.Count 16 'their number'
    foreach ($command in $commands) { Assert-True ($command.Name -like '*-Hospes*') $command.Name }
}
Test-That 'importing it makes no familiar name' {
    Assert-True ($null -eq (Get-Alias -Name Get-MgUser -ErrorAction SilentlyContinue)) 'Get-MgUser is there'
}
foreach ($command in Get-Command -Module Hospes) {
    Test-That ('help of ' + $command.Name) {
        $help = Get-Help $command.Name -Full
        Assert-True ($help.Synopsis -and $help.Synopsis -notlike ($command.Name + ' *')) 'no synopsis'
        Assert-True $help.description 'no description'
        Assert-True $help.examples 'no example'
        foreach ($parameter in @($help.parameters.parameter | Where-Object { $_ -and $_.name -notin 'WhatIf', 'Confirm' })) {
            Assert-True $parameter.description ('nothing about -' + $parameter.name)
        }
    }
}
Test-That 'the familiar names come on request' {
    Enable-HospesFamiliarName -Force -WarningAction SilentlyContinue
    Assert-Same (Get-Command Get-MgUser).ResolvedCommandName 'Get-HospesMgUser' 'Get-MgUser'
    Assert-Same (Get-Command New-AzureADMSInvitation).ResolvedCommandName 'New-HospesAzureADMSInvitation' 'New-AzureADMSInvitation'
}
Test-That 'the types of AzureAD can be made with New-Object' {
    Assert-Same (New-Object Microsoft.Open.MSGraph.Model.User -ArgumentList 'x').Id 'x' 'Id'
    $info = New-Object Microsoft.Open.MSGraph.Model.InvitedUserMessageInfo
    $info.customizedMessageBody = 'Hello'
    Assert-Same $info.CustomizedMessageBody 'Hello' 'CustomizedMessageBody'
}
Test-That 'nothing works before a connection, and each family says so in its words' {
    Assert-True ((Get-Failure { Get-MgUser }).Exception.Message -like 'Authentication needed*') 'Get-MgUser'
    Assert-True ((Get-Failure { Get-AzureADUser }).Exception.Message -like 'You must call the Connect-AzureAD*') 'Get-AzureADUser'
    Assert-True ((Get-Failure { Connect-MgGraph -Scopes 'User.Read' }).Exception.Message -like '*-ClientSecretCredential*') 'Connect-MgGraph'
}

# --- What each cmdlet sends, by the table

$guest = '6f44cc71-086a-46d0-aadc-cb531cdf264f'
$upn = 'ana_contoso.example#EXT#@fabrikam.example'
$mail = 'ana@contoso.example'
$table = [System.IO.File]::ReadAllText((Join-Path -Path $PSScriptRoot -ChildPath 'mapping.json'))
$table = $table.Replace('{guest}', $guest).Replace('{upn}', $upn).Replace('{mail}', $mail)
$table = ConvertFrom-Json $table.Replace('{sponsor}', '11111111-2222-3333-4444-555555555555')
$known = '{"id":"' + $guest + '","displayName":"Ana","mail":"' + $mail + '","otherMails":[],"userPrincipalName":"' + $upn + '"}'

function Get-Canned {
    param($Request)
    [void]$script:seen.Add($Request)
    $answer = @{ Status = 200; Reason = 'OK'; Headers = @{ 'request-id' = 'r' }; Text = $known }
    if ($Request.Method -eq 'POST') { $answer.Status = 201; $answer.Text = '{"id":"i","invitedUser":{"id":"' + $guest + '"}}' }
    if ($Request.Method -eq 'PATCH') { $answer.Status = 204; $answer.Text = '' }
    if ($Request.Uri -match '/memberOf|/users(\?|$)') { $answer.Text = '{"@odata.count":0,"value":[]}' }
    if ($Request.Uri -match 'filter=mail%20eq') { $answer.Text = '{"value":[' + $known + ']}' }
    if ($Request.Uri -like ('*/users/' + [uri]::EscapeDataString($mail) + '*')) { $answer.Status = 404; $answer.Text = '' }
    return $answer
}

function Compare-Request {
    param($Found, $Wanted)
    Assert-Same $Found.Method $Wanted.method 'the method'
    $parts = $Found.Uri.Substring($base.Length).Split('?')
    Assert-Same ([uri]::UnescapeDataString($parts[0])) $Wanted.path 'the path'
    $query = @()
    if ($parts.Length -gt 1) { $query = @($parts[1].Split('&') | ForEach-Object { [uri]::UnescapeDataString($_) } | Sort-Object) }
    $expected = @()
    if ($Wanted.query) { $expected = @($Wanted.query.PSObject.Properties | ForEach-Object { $_.Name + '=' + $_.Value } | Sort-Object) }
    Assert-Same ($query -join '&') ($expected -join '&') 'the query'
    if ($Wanted.headers) {
        foreach ($header in $Wanted.headers.PSObject.Properties) { Assert-Same $Found.Headers[$header.Name] $header.Value $header.Name }
    }
    Assert-Same $Found.Headers['Authorization'] 'Bearer canned' 'Authorization'
    $body = $null
    if ($Found.Body) { $body = ConvertFrom-Json $Found.Body }
    Assert-Same (ConvertTo-Canonical $body) (ConvertTo-Canonical $Wanted.body) 'the body'
}

Test-That 'the table of requests has rows' { Assert-True (@($table.rows).Count -gt 40) 'there are few or none' }
Set-Inspector { param($request) Get-Canned $request }
Connect-HospesMgGraph -Server $base -TenantId 'fabrikam.example' -AccessToken 'canned' -NoWelcome
$number = 0
foreach ($row in $table.rows) {
    $number += 1
    Test-That ('request ' + $number + ' of the table: ' + $row.cmdlet + ' -' + (@($row.parameters.PSObject.Properties | ForEach-Object { $_.Name }) -join ' -')) {
        $script:seen.Clear()
        $parameters = ConvertTo-Hash $row.parameters
        if ($row.cmdlet -eq 'Reset-HospesGuest') { $parameters['Confirm'] = $false }
        $command = $row.cmdlet
        & $command @parameters
        Assert-Same $script:seen.Count @($row.requests).Count 'the number of requests'
        for ($i = 0; $i -lt $script:seen.Count; $i++) { Compare-Request $script:seen[$i] @($row.requests)[$i] }
    }
}
Test-That 'Select-MgProfile changes the path' {
    $script:seen.Clear()
    Select-MgProfile -Name beta 6> $null
    Get-MgUser -UserId $guest
    Select-MgProfile -Name v1.0 6> $null
    Assert-True ($script:seen[0].Uri -like '*/beta/users/*') $script:seen[0].Uri
}
Test-That 'objects of the types of AzureAD are sent as they should be, and pipelines bind by Id' {
    $script:seen.Clear()
    $recipient = New-Object Microsoft.Open.MSGraph.Model.Recipient
    $recipient.EmailAddress = New-Object Microsoft.Open.MSGraph.Model.EmailAddress
    $recipient.EmailAddress.Address = 'cc@fabrikam.example'
    $info = New-Object Microsoft.Open.MSGraph.Model.InvitedUserMessageInfo
    $info.CcRecipients = @($recipient)
    $info.MessageLanguage = 'en-US'
    New-MgInvitation -InvitedUserEmailAddress $mail -InviteRedirectUrl $landing -InvitedUserMessageInfo $info -InvitedUser (New-Object Microsoft.Open.MSGraph.Model.User -ArgumentList $guest)
    $sent = ConvertFrom-Json $script:seen[0].Body
    Assert-Same $sent.invitedUser.id $guest 'invitedUser.id'
    Assert-Same (ConvertTo-Canonical $sent.invitedUserMessageInfo) '{ccRecipients:[{emailAddress:{address:"cc@fabrikam.example"}}],messageLanguage:"en-US"}' 'the words'
    $script:seen.Clear()
    Get-MgUser -UserId $guest | Update-MgUser -City 'Graz'
    Assert-Same ($script:seen[1].Method + ' ' + $script:seen[1].Uri) ('PATCH ' + $base + '/v1.0/users/' + $guest) 'the request of the pipeline'
    Get-MgUser -UserId $guest -ResponseHeadersVariable answered
    Assert-Same $answered['request-id'] 'r' 'the variable with the headers'
}
Test-That 'an answer that is no JSON is no success' {
    Set-Inspector { @{ Status = 200; Reason = 'OK'; Headers = @{}; Text = '<html>sign in</html>' } }
    Assert-True ((Get-Failure { Get-MgUser -UserId $guest }).FullyQualifiedErrorId -like 'NoAnswer*') 'the error'
}
Test-That 'the token is not sent to another server' {
    Set-Inspector { @{ Status = 200; Reason = 'OK'; Headers = @{}; Text = '{"value":[],"@odata.nextLink":"https://evil.example/v1.0/users"}' } }
    $record = Get-Failure { Get-MgUser -All }
    Assert-True ($record.FullyQualifiedErrorId -like 'ForeignAddress*') $record.FullyQualifiedErrorId
}
Test-That 'a device code is shown, and waited for' {
    $script:asked = 0
    Set-Inspector {
        param($request)
        $answer = @{ Status = 200; Reason = 'OK'; Headers = @{}; Text = '{"device_authorization_endpoint":"x"}' }
        if ($request.Uri -like '*/devicecode') { $answer.Text = '{"device_code":"d","message":"type AB","interval":1,"expires_in":60}' }
        if ($request.Uri -like '*/token') {
            $script:asked += 1
            $answer.Text = '{"access_token":"device.token","expires_in":3600}'
            if ($script:asked -eq 1) { $answer.Status = 400; $answer.Text = '{"error":"authorization_pending"}' }
        }
        return $answer
    }
    Connect-MgGraph -Server $base -TenantId x -UseDeviceCode -NoWelcome 6> $null
    Assert-Same $script:asked 2 'the number of questions'
}
Test-That 'without device code the server is said not to have it' {
    Set-Inspector { @{ Status = 200; Reason = 'OK'; Headers = @{}; Text = '{"issuer":"x"}' } }
    Assert-True ((Get-Failure { Connect-MgGraph -UseDeviceCode }).Exception.Message -like '*does not have sign-in by device code yet*') 'the message'
}
Set-Inspector $null
$null = Disconnect-HospesMgGraph

# --- Connecting to the server

Test-That 'a wrong secret is refused with the reason' {
    $wrong = New-Object System.Management.Automation.PSCredential($credential.UserName, (ConvertTo-SecureString 'wrong' -AsPlainText -Force))
    Assert-True ((Get-Failure { Connect-MgGraph @at -ClientSecretCredential $wrong }).Exception.Message -like '*AADSTS7000215*') 'the message'
}
Test-That 'plain HTTP is refused' {
    Assert-True ((Get-Failure { Connect-MgGraph -Server 'http://hospes.example' -TenantId x -AccessToken y }).Exception.Message -like '*https*') 'the message'
}
Test-That 'an untrusted certificate is refused, or this machine trusts it' {
    try { Connect-MgGraph -Server $base -TenantId $at.TenantId -ClientSecretCredential $credential -NoWelcome } catch {
        Assert-True ($_.Exception.Message -like '*-CertificateAuthority*') $_.Exception.Message
    }
}
Test-That 'Connect-AzureAD by client secret' {
    $account = Connect-AzureAD @at -ClientSecretCredential $credential
    Assert-Same $account.AccountType 'ServicePrincipal' 'AccountType'
    Disconnect-AzureAD -Confirm:$false
}
Test-That 'Connect-MgGraph by client secret' {
    Connect-MgGraph @at -ClientSecretCredential $credential -NoWelcome
    $context = Get-MgContext
    Assert-Same $context.AuthType 'AppOnly' 'AuthType'
    Assert-Same $context.TenantId $settings['HOSPES_TENANT_ID'] 'TenantId'
    Assert-True ($context.Scopes -contains 'User.ReadWrite.All') 'User.ReadWrite.All is missing'
}
Test-That 'Connect-MgGraph by access token, as text and as SecureString' {
    $token = & (Get-Module -Name Hospes) { $script:Connection.Token }
    Connect-MgGraph @at -AccessToken $token -NoWelcome
    Connect-MgGraph @at -AccessToken (ConvertTo-SecureString $token -AsPlainText -Force) -NoWelcome
    Assert-Same (Get-MgContext).TokenCredentialType 'UserProvidedAccessToken' 'TokenCredentialType'
    Connect-MgGraph @at -ClientSecretCredential $credential -NoWelcome
}

# --- The cmdlets against the server

$address = $run + '@contoso.example'
Test-That 'New-MgInvitation invites, and the answer has the names of the original' {
    $script:made = New-MgInvitation -InvitedUserEmailAddress $address -InviteRedirectUrl $landing -InvitedUserDisplayName $accents -SendInvitationMessage
    Assert-Same $script:made.Status 'PendingAcceptance' 'Status'
    Assert-True ($script:made.InviteRedeemUrl -like 'https://*') 'InviteRedeemUrl'
    Assert-True (@($script:made.PSObject.Properties | ForEach-Object { $_.Name }) -ccontains 'InvitedUserEmailAddress') 'the letter case'
    Assert-True $script:made.InvitedUser.Id 'InvitedUser.Id'
}
Test-That 'Get-MgUser by id, by user principal name and by filter finds the same guest, with every letter' {
    $script:user = Get-MgUser -UserId $script:made.InvitedUser.Id -Property id, displayName, mail, userPrincipalName, externalUserState, createdDateTime
    Assert-Same $script:user.DisplayName $accents 'DisplayName'
    Assert-Same $script:user.ExternalUserState 'PendingAcceptance' 'ExternalUserState'
    Assert-True ($script:user.CreatedDateTime -is [datetime]) 'CreatedDateTime is no date'
    Assert-Same (Get-MgUser -UserId $script:user.UserPrincipalName).Id $script:user.Id 'Id'
    Assert-Same (Get-MgUser -Filter "startsWith(mail, '$run')").Id $script:user.Id 'Id'
    Assert-True ($script:user.UserPrincipalName -like '*#EXT#@*') 'no guest name'
}
Test-That 'lists: -Top stops, -All goes through the pages, -CountVariable counts' {
    $null = @{ InvitedUserEmailAddress = "$run-2@contoso.example"; InviteRedirectUrl = $landing }, @{ InvitedUserEmailAddress = "$run-3@contoso.example"; InviteRedirectUrl = $landing } | New-MgInvitation
    Assert-Same @(Get-MgUser -Filter "startsWith(mail, '$run')" -Top 2).Count 2 'with -Top 2'
    Assert-Same @(Get-MgUser -Filter "startsWith(mail, '$run')" -All -PageSize 1).Count 3 'with -All'
    $null = Get-MgUser -Filter "startsWith(mail, '$run')" -ConsistencyLevel eventual -CountVariable total -Top 1
    Assert-Same $total 3 'the count'
}
Test-That 'Update-MgUser changes what is given' {
    Update-MgUser -UserId $script:user.Id -JobTitle $accents -OtherMails @("$run@northwind.example")
    $read = Get-MgUser -UserId $script:user.Id -Property jobTitle, otherMails, displayName
    Assert-Same $read.JobTitle $accents 'JobTitle'
    Assert-True ($read.OtherMails -is [array]) 'OtherMails is no array'
    Assert-Same $read.OtherMails[0] "$run@northwind.example" 'OtherMails'
    Assert-Same $read.DisplayName $accents 'DisplayName'
}
Test-That '-WhatIf changes nothing' {
    Update-MgUser -UserId $script:user.Id -JobTitle 'changed' -WhatIf
    $null = New-MgInvitation -InvitedUserEmailAddress "$run-whatif@contoso.example" -InviteRedirectUrl $landing -WhatIf
    Assert-Same (Get-MgUser -UserId $script:user.Id -Property jobTitle).JobTitle $accents 'JobTitle'
    Assert-Same @(Get-MgUser -Filter "startsWith(mail, '$run-whatif')").Count 0 'the number of guests'
}
Test-That '-Verbose shows the request and no secret' {
    # Not Out-String, which breaks lines: a token that is broken would not be found.
    $said = @(Get-MgUser -UserId $script:user.Id -Verbose 4>&1 | ForEach-Object { [string]$_ }) -join "`n"
    Assert-True ($said -like '*GET *') 'the request is not shown'
    Assert-True (-not $said.Contains((& (Get-Module -Name Hospes) { $script:Connection.Token }))) 'the token is shown'
}
Test-That 'Get-MgUserMemberOf lists groups with their names in AdditionalProperties' {
    & (Get-Module -Name Hospes) {
        param($group, $id)
        function Add-TestMember {
            [CmdletBinding()] param($Group, $Id)
            Invoke-Api $PSCmdlet 'POST' "/v1.0/groups/$Group/members/`$ref" $null $null @{ '@odata.id' = "https://x.example/v1.0/directoryObjects/$Id" }
        }
        $null = Add-TestMember $group $id
    } $settings['HOSPES_GROUP_ID'] $script:user.Id
    $group = @(Get-MgUserMemberOf -UserId $script:user.Id | Where-Object { $_.Id -eq $settings['HOSPES_GROUP_ID'] })
    Assert-Same $group.Count 1 'the number of such groups'
    Assert-True $group[0].AdditionalProperties['displayName'] 'displayName'
}
Test-That 'errors of Microsoft.Graph are written and name status, code and request' {
    $failures = @()
    Get-MgUser -UserId ([guid]::NewGuid().ToString()) -ErrorAction SilentlyContinue -ErrorVariable failures
    $record = @($failures)[0]
    Assert-True ($record.FullyQualifiedErrorId -like 'Request_ResourceNotFound*') $record.FullyQualifiedErrorId
    Assert-True ($record.Exception.Message -like '*Status: 404 (NotFound)*ErrorCode: Request_ResourceNotFound*request-id*') $record.Exception.Message
    $record = Get-Failure { New-MgInvitation -InvitedUserEmailAddress "no@$run.example" -InviteRedirectUrl $landing -ResetRedemption -InvitedUser $script:user -ErrorAction Stop }
    Assert-True ($record.Exception.Message.Contains("doesn$([char]0x2019)t match any emails")) $record.Exception.Message
}
Test-That 'errors of AzureAD end the statement in the words of that module' {
    $record = Get-Failure { New-AzureADMSInvitation -InvitedUserEmailAddress "no@$run.example" -InviteRedirectUrl $landing -InvitedUser $script:user.Id -ResetRedemption $true }
    Assert-True ($record.Exception.Message -like 'Error occurred while executing NewAzureADMSInvitation*Code: BadRequest*Message: *RequestId: *HttpStatusCode: BadRequest*') $record.Exception.Message
    $record = Get-Failure { Get-AzureADUser -ObjectId ([guid]::NewGuid().ToString()) }
    Assert-True ($record.Exception.Message -like 'Error occurred while executing GetUser*Code: Request_ResourceNotFound*') $record.Exception.Message
}
Test-That '-InvitedUser refuses an array' {
    foreach ($command in 'New-MgInvitation', 'New-AzureADMSInvitation') {
        $record = Get-Failure { & $command -InvitedUserEmailAddress $address -InviteRedirectUrl $landing -InvitedUser @($script:user, $script:user) }
        Assert-True ($record.Exception.Message -like "Cannot convert 'System.Object``[``]'*") $record.Exception.Message
    }
}
Test-That 'Get-AzureADUser and Set-AzureADUser use the names of Azure AD Graph' {
    Set-AzureADUser -ObjectId $script:user.Id -Mobile '+43 1' -OtherMails @("$run@northwind.example")
    $read = Get-AzureADUser -objectID $script:user.UserPrincipalName
    Assert-Same $read.ObjectId $script:user.Id 'ObjectId'
    Assert-Same ($read.UserState + ' ' + $read.Mobile) 'PendingAcceptance +43 1' 'UserState and Mobile'
    Assert-Same @(Get-AzureADUser -Filter "UserState eq 'PendingAcceptance' and startswith(Mail,'$run')" -All $true).Count 3 'the number of guests'
    Assert-Same @(Get-AzureADUser -SearchString "$run-2").Count 1 'the number found'
}
Test-That 'Reset-HospesGuest puts the new address on the guest and resets' {
    $reset = Reset-HospesGuest "$run-2@contoso.example" -EmailAddress "$run-2@northwind.example" -Confirm:$false
    Assert-Same ($reset.Status + ' ' + $reset.ResetRedemption) 'PendingAcceptance True' 'the answer'
    Assert-Same (Get-MgUser -UserId $reset.InvitedUser.Id).Mail "$run-2@northwind.example" 'Mail'
}

# --- The scripts of both articles, as printed but for the installing and what their copies have lost

function Read-Article {
    param([string] $Name)
    $lines = [System.IO.File]::ReadAllLines((Join-Path -Path $PSScriptRoot -ChildPath "articles/$Name.txt"))
    return (@($lines | Where-Object { $_ -notmatch '^(Uni|I)nstall-Module ' }) -join "`n")
}
Test-That 'the script of the article of the preview' {
    $text = (Read-Article 'preview').Replace('UPN of User to Reset', $script:user.UserPrincipalName).Replace('<<external email>>', $address)
    $answers = @(& ([scriptblock]::Create($text)) 6> $null)
    $reset = $answers[$answers.Count - 1]
    Assert-Same $reset.InvitedUser.Id $script:user.Id 'InvitedUser.Id'
    Assert-Same ($reset.Status + ' ' + $reset.InvitedUserEmailAddress) "PendingAcceptance $address" 'the answer'
}
Test-That 'the script of the article on the general availability' {
    $text = (Read-Article 'ga').Replace("startsWith(mail, '')", "startsWith(mail, '$address')").Replace('-InviteRedirectUrl ""', "-InviteRedirectUrl ""$landing""")
    $answers = @(& ([scriptblock]::Create($text)) 6> $null)
    $reset = $answers[$answers.Count - 1]
    Assert-Same $reset.InvitedUser.Id $script:user.Id 'InvitedUser.Id'
    Assert-Same ($reset.Status + ' ' + $reset.ResetRedemption) 'PendingAcceptance True' 'the answer'
}

# --- The feed

if ($Install) {
    # Install-Module refuses a package whose commands are there already, be they aliases.
    Disable-HospesFamiliarName
    foreach ($pair in @('', 'Hospes'), @('familiar/', 'AzureADPreview'), @('familiar/', 'Microsoft.Graph')) {
        Test-That ('Install-Module and Uninstall-Module of ' + $pair[1]) {
            Register-PSRepository -Name HospesTest -SourceLocation ($base + '/powershell/' + $pair[0] + 'api/v2') -InstallationPolicy Trusted
            try {
                Install-Module $pair[1] -Repository HospesTest -Scope CurrentUser
                Assert-True (Get-Module -ListAvailable -Name $pair[1]) 'it is not there'
                Uninstall-Module $pair[1]
            } finally { Unregister-PSRepository -Name HospesTest }
        }
    }
    # The packages with familiar names have brought it along.
    Uninstall-Module Hospes -ErrorAction SilentlyContinue
    Enable-HospesFamiliarName -Force -WarningAction SilentlyContinue
}

Test-That 'Disconnect-MgGraph ends the connection, and Disable-HospesFamiliarName the names' {
    $null = Disconnect-MgGraph
    Assert-True ($null -eq (Get-MgContext)) 'there is a connection'
    Disable-HospesFamiliarName
    Assert-True ($null -eq (Get-Alias -Name Get-MgUser -ErrorAction SilentlyContinue)) 'Get-MgUser is there'
}
Write-Output ([string]($script:done - $script:failures) + ' of ' + $script:done + ' checks passed.')
if ($script:failures -gt 0) { exit 1 }
exit 0
