# How Test-Hospes.ps1 makes a check, and how it compares.

$script:done = 0
$script:failures = 0

function Test-That {
    param([string] $What, [scriptblock] $Check)
    $script:done += 1
    try {
        $null = & $Check
        Write-Output ('ok      ' + $What)
    } catch {
        $script:failures += 1
        Write-Output ('FAILED  ' + $What + ': ' + ($_.Exception.Message -replace '\s+', ' '))
    }
}

function Assert-Same {
    param($Found, $Wanted, [string] $What)
    if ($Found -cne $Wanted) { throw ($What + ' is "' + $Found + '" and not "' + $Wanted + '"') }
}

function Assert-True {
    param($Found, [string] $What)
    if (-not $Found) { throw $What }
}

# The error that a block ends with or, at the latest, has written.
function Get-Failure {
    param([scriptblock] $Block)
    try { $null = & $Block } catch { return $_ }
    throw 'it was expected to fail, and did not'
}

# A value of JSON as text that is the same for the same value: names in order, whichever engine read it.
function ConvertTo-Canonical {
    param($Value)
    if ($null -eq $Value) { return 'null' }
    if ($Value -is [bool]) { return ([string]$Value).ToLowerInvariant() }
    if ($Value -is [array]) {
        $items = foreach ($item in $Value) { ConvertTo-Canonical $item }
        return '[' + (@($items) -join ',') + ']'
    }
    if ($Value -is [System.Management.Automation.PSCustomObject]) {
        $items = foreach ($name in @($Value.PSObject.Properties | ForEach-Object { $_.Name } | Sort-Object -CaseSensitive)) {
            $name + ':' + (ConvertTo-Canonical $Value.$name)
        }
        return '{' + (@($items) -join ',') + '}'
    }
    return '"' + [string]$Value + '"'
}

# JSON objects as hashtables, for splatting.
function ConvertTo-Hash {
    param($Value)
    if ($Value -is [array]) {
        $items = New-Object System.Collections.ArrayList
        foreach ($item in $Value) { [void]$items.Add((ConvertTo-Hash $item)) }
        return , $items.ToArray()
    }
    if ($Value -is [System.Management.Automation.PSCustomObject]) {
        $hash = @{}
        foreach ($property in $Value.PSObject.Properties) { $hash[$property.Name] = ConvertTo-Hash $property.Value }
        return $hash
    }
    return $Value
}

# Requests go to this block instead of to the network; $null for the network.
function Set-Inspector {
    param($Block)
    & (Get-Module -Name Hospes) { param($given) $script:Inspector = $given } $Block
}
