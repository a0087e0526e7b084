@{
    RootModule           = 'AzureADPreview.psm1'
    ModuleVersion        = '0.1.0'
    GUID                 = '3d2b1b0e-33a8-4a32-8d56-6c8b6d6a7e02'
    Author               = 'The Hospes authors'
    CompanyName          = 'Hospes'
    Copyright            = 'MIT or Apache-2.0, at your choice'
    Description          = 'NOT the module of Microsoft: its names of commands as aliases for the module Hospes, so that scripts for AzureADPreview run against a Hospes directory.'
    PowerShellVersion    = '5.1'
    CompatiblePSEditions = @('Desktop', 'Core')
    RequiredModules      = @('Hospes')
    FunctionsToExport    = @()
    CmdletsToExport      = @()
    VariablesToExport    = @()
    AliasesToExport      = @(
        'Connect-AzureAD', 'Disconnect-AzureAD', 'Get-AzureADUser', 'Set-AzureADUser', 'New-AzureADMSInvitation'
    )
    FileList             = @('AzureADPreview.psd1', 'AzureADPreview.psm1')
    PrivateData          = @{
        PSData = @{
            Tags = @('Hospes', 'Guest', 'Invitation', 'PSEdition_Desktop', 'PSEdition_Core')
        }
    }
}
