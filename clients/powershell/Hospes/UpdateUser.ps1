# Changing a user in the manner of Microsoft.Graph.

function Update-HospesMgUser {
    <#
    .SYNOPSIS
    Changes a user; as Update-MgUser.
    .DESCRIPTION
    Only what is given changes. An empty text clears a property that may be empty. Before a reset to a new address,
    -Mail or -OtherMails puts that address on the user.
    .PARAMETER UserId
    Object id or user principal name.
    .PARAMETER AccountEnabled
    -AccountEnabled lets the user sign in, -AccountEnabled:$false blocks.
    .PARAMETER ShowInAddressList
    Whether the user stands in the address list.
    .PARAMETER OtherMails
    Further addresses; replaces all that were there.
    .PARAMETER BusinessPhones
    One number.
    .PARAMETER PasswordProfile
    For members: @{ password = '...' }.
    .PARAMETER City
    City.
    .PARAMETER CompanyName
    Company.
    .PARAMETER Country
    Country.
    .PARAMETER Department
    Department.
    .PARAMETER DisplayName
    Name as shown.
    .PARAMETER EmployeeId
    Number at the employer.
    .PARAMETER EmployeeType
    Kind of employment.
    .PARAMETER GivenName
    First name.
    .PARAMETER JobTitle
    Job title.
    .PARAMETER Mail
    E-mail address; before a reset, the new one.
    .PARAMETER MailNickname
    Mail nickname.
    .PARAMETER MobilePhone
    Mobile number.
    .PARAMETER OfficeLocation
    Office.
    .PARAMETER PostalCode
    Postal code.
    .PARAMETER PreferredLanguage
    Language, such as en-GB.
    .PARAMETER State
    State or province.
    .PARAMETER StreetAddress
    Street.
    .PARAMETER Surname
    Last name.
    .PARAMETER UsageLocation
    Two letters of a country.
    .PARAMETER UserPrincipalName
    User principal name.
    .PARAMETER UserType
    Guest or Member.
    .PARAMETER BodyParameter
    The change as a hashtable or object; single parameters are added to it.
    .PARAMETER AdditionalProperties
    More properties, under the names of the API.
    .PARAMETER Headers
    More headers to send, such as @{ 'If-Match' = $etag }.
    .PARAMETER ResponseHeadersVariable
    Name of a variable that gets the headers of the answer.
    .EXAMPLE
    Update-HospesMgUser -UserId $user.Id -Mail ana@northwind.example
    #>
    [CmdletBinding(SupportsShouldProcess = $true, DefaultParameterSetName = 'Expanded')]
    param(
        [Parameter(Mandatory = $true, Position = 0, ValueFromPipelineByPropertyName = $true)]
        [Alias('Id', 'ObjectId')] [string] $UserId,
        [Parameter(Mandatory = $true, ParameterSetName = 'Body')] [object] $BodyParameter,
        [switch] $AccountEnabled,
        [switch] $ShowInAddressList,
        [AllowEmptyCollection()] [string[]] $OtherMails,
        [AllowEmptyCollection()] [string[]] $BusinessPhones,
        [object] $PasswordProfile,
        [string] $City,
        [string] $CompanyName,
        [string] $Country,
        [string] $Department,
        [string] $DisplayName,
        [string] $EmployeeId,
        [string] $EmployeeType,
        [string] $GivenName,
        [string] $JobTitle,
        [string] $Mail,
        [string] $MailNickname,
        [string] $MobilePhone,
        [string] $OfficeLocation,
        [string] $PostalCode,
        [string] $PreferredLanguage,
        [string] $State,
        [string] $StreetAddress,
        [string] $Surname,
        [string] $UsageLocation,
        [string] $UserPrincipalName,
        [string] $UserType,
        [System.Collections.IDictionary] $AdditionalProperties,
        [System.Collections.IDictionary] $Headers,
        [Alias('RHV')] [string] $ResponseHeadersVariable
    )
    process {
        Use-CallerPreference $PSCmdlet
        $body = [ordered]@{}
        if ($PSCmdlet.ParameterSetName -eq 'Body') { $body = ConvertTo-Body $BodyParameter }
        $single = New-UserBody $PSBoundParameters
        foreach ($name in $single.Keys) { $body[$name] = $single[$name] }
        if ($null -ne $AdditionalProperties) {
            foreach ($name in $AdditionalProperties.Keys) { $body[[string]$name] = $AdditionalProperties[$name] }
        }
        if (-not $PSCmdlet.ShouldProcess($UserId, 'Update-MgUser')) { return }
        $path = '/' + $script:ApiVersion + '/users/' + (ConvertTo-Escaped $UserId)
        $answer = Invoke-Api $PSCmdlet 'PATCH' $path $null $Headers $body
        Set-CallerVariable $PSCmdlet $ResponseHeadersVariable $answer.Headers
        if ($answer.Status -ge 400) { Write-GraphError $PSCmdlet $answer $UserId }
    }
}

# What was given of a user's properties. A text that is empty clears: it is sent as null.
function New-UserBody {
    param([System.Collections.IDictionary] $Given)
    $texts = @(
        'City', 'CompanyName', 'Country', 'Department', 'DisplayName', 'EmployeeId', 'EmployeeType', 'GivenName',
        'JobTitle', 'Mail', 'MailNickname', 'MobilePhone', 'OfficeLocation', 'PostalCode', 'PreferredLanguage',
        'State', 'StreetAddress', 'Surname', 'UsageLocation', 'UserPrincipalName', 'UserType'
    )
    $body = [ordered]@{}
    foreach ($name in $Given.Keys) {
        if ($texts -contains $name) {
            if ($Given[$name]) { $body[(ConvertTo-ApiName $name)] = [string]$Given[$name] } else { $body[(ConvertTo-ApiName $name)] = $null }
        }
        if ($name -eq 'AccountEnabled' -or $name -eq 'ShowInAddressList') { $body[(ConvertTo-ApiName $name)] = [bool]$Given[$name] }
        if ($name -eq 'OtherMails' -or $name -eq 'BusinessPhones') { $body[(ConvertTo-ApiName $name)] = @($Given[$name]) }
        if ($name -eq 'PasswordProfile') { $body['passwordProfile'] = $Given[$name] }
    }
    return $body
}

# A hashtable or an object, as the body of a request: names begin with a small letter; what an object has not set is left out.
function ConvertTo-Body {
    param($Given)
    $body = [ordered]@{}
    if ($Given -is [System.Collections.IDictionary]) {
        foreach ($key in $Given.Keys) { $body[(ConvertTo-ApiName $key)] = $Given[$key] }
        return $body
    }
    foreach ($property in $Given.PSObject.Properties) {
        if ($null -ne $property.Value) { $body[(ConvertTo-ApiName $property.Name)] = $property.Value }
    }
    return $body
}
