# The names of the module AzureADPreview as aliases for those of Hospes; nothing else of that module. Refuses to load where the
# real one is installed, because its commands would be hidden.

$hospes = Get-Module -Name Hospes
$targets = & $hospes {
    Assert-NothingHidden $null 'AzureAD'
    if ('AzureAD' -eq 'AzureAD') { Add-ModelType }
    foreach ($name in $script:Families['AzureAD'].Names) { @{ Name = $name; Value = (Get-OwnName $name) } }
}
foreach ($target in $targets) { Set-Alias -Name $target.Name -Value $target.Value }
Export-ModuleMember -Alias *
