@{
    RootModule           = 'Microsoft.Graph.psm1'
    ModuleVersion        = '0.1.0'
    GUID                 = '9c9f5d0a-6f0d-4a0b-8f9e-0d1a5b1c2e03'
    Author               = 'The Hospes authors'
    CompanyName          = 'Hospes'
    Copyright            = 'MIT or Apache-2.0, at your choice'
    Description          = 'NOT the module of Microsoft: its names of commands as aliases for the module Hospes, so that scripts for Microsoft.Graph run against a Hospes directory.'
    PowerShellVersion    = '5.1'
    CompatiblePSEditions = @('Desktop', 'Core')
    RequiredModules      = @('Hospes')
    FunctionsToExport    = @()
    CmdletsToExport      = @()
    VariablesToExport    = @()
    AliasesToExport      = @(
        'Connect-MgGraph', 'Disconnect-MgGraph', 'Get-MgContext', 'Select-MgProfile', 'Get-MgUser', 'Update-MgUser',
        'Get-MgUserMemberOf', 'New-MgInvitation'
    )
    FileList             = @('Microsoft.Graph.psd1', 'Microsoft.Graph.psm1')
    PrivateData          = @{
        PSData = @{
            Tags = @('Hospes', 'Guest', 'Invitation', 'PSEdition_Desktop', 'PSEdition_Core')
        }
    }
}
