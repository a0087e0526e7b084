# JSON both ways. The writer is our own because ConvertTo-Json differs between engines: dates, depth, arrays with added
# members. The reader smooths over what differs in ConvertFrom-Json: PowerShell 7 turns every text that looks like a
# date into one, 5.1 none.

# A value as JSON text. Property names begin with a small letter, as the API spells them.
function ConvertTo-ApiJson {
    param([Parameter(Position = 0)] $Value)
    if ($null -eq $Value) { return 'null' }
    if ($Value -is [bool] -or $Value -is [switch]) {
        if ($Value) { return 'true' }
        return 'false'
    }
    if ($Value -is [datetime]) {
        $moment = $Value.ToUniversalTime().ToString("yyyy-MM-ddTHH:mm:ss.fffffff'Z'", [cultureinfo]::InvariantCulture)
        return (ConvertTo-JsonText $moment)
    }
    if ($Value -is [System.DateTimeOffset]) { return (ConvertTo-ApiJson $Value.UtcDateTime) }
    if ($Value -is [enum] -or $Value -is [string] -or $Value -is [char] -or $Value -is [guid] -or $Value -is [uri]) {
        return (ConvertTo-JsonText ([string]$Value))
    }
    if ($Value -is [System.Security.SecureString]) {
        throw 'A SecureString cannot be sent as it is; give the text itself where a property wants one.'
    }
    if ($Value -is [System.ValueType]) {
        return [string]::Format([cultureinfo]::InvariantCulture, '{0}', $Value)
    }
    $parts = New-Object 'System.Collections.Generic.List[string]'
    if ($Value -is [System.Collections.IDictionary]) {
        foreach ($key in $Value.Keys) {
            $parts.Add((ConvertTo-JsonText (ConvertTo-ApiName $key)) + ':' + (ConvertTo-ApiJson $Value[$key]))
        }
        return '{' + [string]::Join(',', $parts.ToArray()) + '}'
    }
    if ($Value -is [System.Collections.IEnumerable]) {
        foreach ($item in $Value) { $parts.Add((ConvertTo-ApiJson $item)) }
        return '[' + [string]::Join(',', $parts.ToArray()) + ']'
    }
    # Typed objects have every property, set or not: what is not set is not sent.
    foreach ($property in $Value.PSObject.Properties) {
        if ($null -ne $property.Value) {
            $parts.Add((ConvertTo-JsonText (ConvertTo-ApiName $property.Name)) + ':' + (ConvertTo-ApiJson $property.Value))
        }
    }
    return '{' + [string]::Join(',', $parts.ToArray()) + '}'
}

# Text between quotation marks (RFC 8259 section 7).
function ConvertTo-JsonText {
    param([Parameter(Position = 0)] [string] $Text)
    $escaped = [regex]::Replace($Text, '[\x00-\x1f"\\]', {
            param($match)
            $code = [int][char]$match.Value
            if ($code -eq 34) { return '\"' }
            if ($code -eq 92) { return '\\' }
            return '\u' + $code.ToString('x4')
        })
    return '"' + $escaped + '"'
}

# DisplayName -> displayName; @odata.type stays.
function ConvertTo-ApiName {
    param([Parameter(Position = 0)] [string] $Name)
    if ($Name.Length -eq 0) { return $Name }
    return $Name.Substring(0, 1).ToLowerInvariant() + $Name.Substring(1)
}

# displayName -> DisplayName
function ConvertTo-PascalName {
    param([Parameter(Position = 0)] [string] $Name)
    if ($Name.Length -eq 0) { return $Name }
    return $Name.Substring(0, 1).ToUpperInvariant() + $Name.Substring(1)
}

# What a text of JSON holds; $null for none. Whoever answers with something else, such as a proxy's page, is not
# understood, and that is $null, too.
function ConvertFrom-ApiJson {
    param([Parameter(Position = 0)] [string] $Text)
    if ([string]::IsNullOrEmpty($Text)) { return $null }
    try { return (ConvertFrom-Json -InputObject $Text) } catch { return $null }
}

# One value as the modules of the original give it: names with a capital letter, dates as dates, collections as arrays.
# An array comes back wrapped once, so that it is still one when it has one element or none.
function ConvertTo-OutputValue {
    param([Parameter(Position = 0)] [string] $Name, [Parameter(Position = 1)] $Value)
    if ($null -eq $Value) { return $null }
    if ($Value -is [System.Array]) {
        $items = New-Object 'System.Collections.Generic.List[object]'
        foreach ($item in $Value) { $items.Add((ConvertTo-OutputValue $Name $item)) }
        return , $items.ToArray()
    }
    if ($Value -is [datetime]) {
        if ($Name.EndsWith('DateTime')) { return $Value.ToUniversalTime() }
        return $Value.ToUniversalTime().ToString("yyyy-MM-ddTHH:mm:ss.FFFFFFF'Z'", [cultureinfo]::InvariantCulture)
    }
    if ($Value -is [string] -and $Name.EndsWith('DateTime')) {
        $parsed = [datetime]::MinValue
        $style = [System.Globalization.DateTimeStyles]'AdjustToUniversal, AssumeUniversal'
        if ([datetime]::TryParse($Value, [cultureinfo]::InvariantCulture, $style, [ref] $parsed)) { return $parsed }
        return $Value
    }
    if ($Value -is [System.Management.Automation.PSCustomObject]) {
        $inner = [ordered]@{}
        foreach ($property in $Value.PSObject.Properties) {
            $inner[(ConvertTo-PascalName $property.Name)] = ConvertTo-OutputValue $property.Name $property.Value
        }
        return New-Object -TypeName PSObject -Property $inner
    }
    return $Value
}
