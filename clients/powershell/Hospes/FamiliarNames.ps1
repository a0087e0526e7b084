# The names that scripts know, such as Get-MgUser, as aliases: on request only, and never over a module that has them.

$script:Families = @{
    Mg      = @{
        Names   = @('Connect-MgGraph', 'Disconnect-MgGraph', 'Get-MgContext', 'Select-MgProfile', 'Get-MgUser', 'Update-MgUser',
            'Get-MgUserMemberOf', 'New-MgInvitation')
        Modules = @('Microsoft.Graph', 'Microsoft.Graph.Authentication', 'Microsoft.Graph.Users', 'Microsoft.Graph.Identity.SignIns')
    }
    AzureAD = @{
        Names   = @('Connect-AzureAD', 'Disconnect-AzureAD', 'Get-AzureADUser', 'Set-AzureADUser', 'New-AzureADMSInvitation')
        Modules = @('AzureAD', 'AzureADPreview')
    }
}

function Enable-HospesFamiliarName {
    <#
    .SYNOPSIS
    Makes the familiar names: Get-MgUser for Get-HospesMgUser, Connect-AzureAD for Connect-HospesAzureAD, and so on.
    .DESCRIPTION
    They are aliases of this session; Disable-HospesFamiliarName and the end of the session end them. If the module that
    these names belong to is installed here, they are refused, because an alias would hide its commands: -Force makes
    them all the same, and says what is hidden.
    .PARAMETER Family
    Mg for Microsoft.Graph, AzureAD for AzureAD and AzureADPreview; both if not given.
    .PARAMETER Force
    Hides commands of an installed module.
    .EXAMPLE
    Enable-HospesFamiliarName -Family Mg
    #>
    [CmdletBinding()]
    param(
        [Parameter(Position = 0)] [ValidateSet('Mg', 'AzureAD')] [string[]] $Family = @('Mg', 'AzureAD'),
        [switch] $Force
    )
    # Everything is looked at before anything is made.
    foreach ($one in $Family) { Assert-NothingHidden $PSCmdlet $one -Force:$Force }
    foreach ($one in $Family) {
        if ($one -eq 'AzureAD') { Add-ModelType }
        foreach ($name in $script:Families[$one].Names) {
            Set-Alias -Name $name -Value (Get-OwnName $name) -Scope Global -Force
        }
    }
}

function Disable-HospesFamiliarName {
    <#
    .SYNOPSIS
    Takes the familiar names away again.
    .DESCRIPTION
    Removes the aliases that Enable-HospesFamiliarName has made, and no others.
    .EXAMPLE
    Disable-HospesFamiliarName
    #>
    [CmdletBinding()]
    param()
    Remove-FamiliarAlias
}

# Get-MgUser -> Hospes\Get-HospesMgUser
function Get-OwnName {
    param([Parameter(Position = 0)] [string] $Name)
    return 'Hospes\' + $Name.Replace('-', '-Hospes')
}

function Remove-FamiliarAlias {
    foreach ($one in $script:Families.Keys) {
        foreach ($name in $script:Families[$one].Names) {
            $alias = Get-Alias -Name $name -Scope Global -ErrorAction SilentlyContinue
            if ($null -ne $alias -and $alias.Definition -eq (Get-OwnName $name)) {
                Remove-Item -Path ('Alias:\' + $name) -Force -WhatIf:$false -Confirm:$false
            }
        }
    }
}

# Modules on this machine that the names belong to, but for our own packages of that name.
function Find-HiddenModule {
    param([string] $Family)
    $modules = $script:Families[$Family].Modules
    @(Get-Module -ListAvailable -Name $modules -ErrorAction SilentlyContinue) + @(Get-Module -Name $modules) |
        Where-Object { $null -ne $_ -and $_.CompanyName -ne 'Hospes' }
}

# Refuses, or with -Force warns, if the names of a family are somebody else's here.
function Assert-NothingHidden {
    param($Cmdlet, [string] $Family, [switch] $Force)
    $taken = @(Find-HiddenModule $Family | ForEach-Object { $_.Name + ' ' + $_.Version } | Sort-Object -Unique)
    $commands = @(Get-Command -Name $script:Families[$Family].Names -CommandType Alias, Function, Cmdlet -ListImported -ErrorAction SilentlyContinue)
    foreach ($command in $commands) {
        if ($command.Definition -ne (Get-OwnName $command.Name) -and -not $taken) { $taken = @('a command ' + $command.Name + ' of this session') }
    }
    if ($taken.Count -eq 0) { return }
    $said = 'The familiar names would hide the commands of ' + ($taken -join ', ') + '.'
    if ($Force) {
        Write-Warning $said
        return
    }
    $said += ' Use the names with Hospes, such as Get-HospesMgUser, or Enable-HospesFamiliarName -Force.'
    if ($null -eq $Cmdlet) { throw $said }
    Stop-Cmdlet $Cmdlet 'NamesTaken' $said $Family
}
