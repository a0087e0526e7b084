# Guests of a Hospes directory, by the cmdlets that scripts for Microsoft Graph and AzureAD already use. Refuses to take
# over their names unasked: every command here has Hospes before the familiar noun; see FamiliarNames.ps1.
#
# Written for Windows PowerShell 5.1 and PowerShell 7 alike. All files are plain ASCII, because 5.1 reads a file without
# a byte order mark in the machine's own code page.

if ($ExecutionContext.SessionState.LanguageMode -ne 'FullLanguage') {
    throw ('Hospes cannot be loaded, because this session runs in ' + $ExecutionContext.SessionState.LanguageMode +
        ': it sends requests through .NET, and makes the types Microsoft.Open.MSGraph.Model.User and ' +
        'Microsoft.Open.MSGraph.Model.InvitedUserMessageInfo with Add-Type, and neither is allowed here. ' +
        'Ask whoever keeps the application control policy of this machine to allow the module, or use another machine.')
}

# What the cmdlets share. Nothing of it is written to disk.
$script:Connection = $null      # see Connection.ps1
$script:ApiVersion = 'v1.0'     # Select-HospesMgProfile
$script:Inspector = $null       # Test-Hospes.ps1 puts a script block here and gets every request instead of the network
$script:ModuleVersion = '0.1.0'

foreach ($part in 'Json', 'Types', 'Transport', 'Errors', 'Connection', 'Connect', 'Output', 'Users', 'UpdateUser',
    'Invitations', 'AzureAD', 'SetAzureADUser', 'Guests', 'FamiliarNames') {
    . (Join-Path -Path $PSScriptRoot -ChildPath ($part + '.ps1'))
}

# Old defaults of Windows PowerShell leave TLS 1.2 out; "SystemDefault" (0) is newer and left alone.
if ($PSVersionTable.PSVersion.Major -lt 6) {
    $protocols = [System.Net.ServicePointManager]::SecurityProtocol
    if ([int]$protocols -ne 0) {
        [System.Net.ServicePointManager]::SecurityProtocol = $protocols -bor [System.Net.SecurityProtocolType]::Tls12
    }
}

Add-TrustType
# The real AzureAD module brings these types itself: where it is installed they are made on request only.
if (@(Find-HiddenModule -Family 'AzureAD').Count -eq 0) {
    Add-ModelType
}
Set-DefaultView

$ExecutionContext.SessionState.Module.OnRemove = { Remove-FamiliarAlias }

Export-ModuleMember -Function @(
    'Connect-HospesMgGraph', 'Disconnect-HospesMgGraph', 'Get-HospesMgContext', 'Select-HospesMgProfile',
    'Get-HospesMgUser', 'Update-HospesMgUser', 'Get-HospesMgUserMemberOf', 'New-HospesMgInvitation',
    'Connect-HospesAzureAD', 'Disconnect-HospesAzureAD', 'Get-HospesAzureADUser', 'Set-HospesAzureADUser',
    'New-HospesAzureADMSInvitation', 'Reset-HospesGuest', 'Enable-HospesFamiliarName', 'Disable-HospesFamiliarName'
)
