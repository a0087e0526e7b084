@{
    RootModule             = 'Hospes.psm1'
    ModuleVersion          = '0.1.0'
    GUID                   = '5a0c2f5e-4d55-4b7e-9d0b-6b1f2f6f7c11'
    Author                 = 'The Hospes authors'
    CompanyName            = 'Hospes'
    Copyright              = 'MIT or Apache-2.0, at your choice'
    Description            = 'Guests of a Hospes directory from PowerShell: invite, find, change and reset, with the cmdlets of the well-known articles.'
    PowerShellVersion      = '5.1'
    CompatiblePSEditions   = @('Desktop', 'Core')
    FunctionsToExport      = @(
        'Connect-HospesMgGraph', 'Disconnect-HospesMgGraph', 'Get-HospesMgContext', 'Select-HospesMgProfile',
        'Get-HospesMgUser', 'Update-HospesMgUser', 'Get-HospesMgUserMemberOf', 'New-HospesMgInvitation',
        'Connect-HospesAzureAD', 'Disconnect-HospesAzureAD', 'Get-HospesAzureADUser', 'Set-HospesAzureADUser',
        'New-HospesAzureADMSInvitation', 'Reset-HospesGuest', 'Enable-HospesFamiliarName', 'Disable-HospesFamiliarName'
    )
    CmdletsToExport        = @()
    VariablesToExport      = @()
    AliasesToExport        = @()
    FileList               = @(
        'Hospes.psd1', 'Hospes.psm1', 'Json.ps1', 'Types.ps1', 'Transport.ps1', 'Errors.ps1', 'Connection.ps1', 'Connect.ps1',
        'Output.ps1', 'Users.ps1', 'UpdateUser.ps1', 'Invitations.ps1', 'AzureAD.ps1', 'SetAzureADUser.ps1', 'Guests.ps1',
        'FamiliarNames.ps1'
    )
    PrivateData            = @{
        PSData = @{
            Tags = @('Hospes', 'Guest', 'Invitation', 'PSEdition_Desktop', 'PSEdition_Core')
        }
    }
}
