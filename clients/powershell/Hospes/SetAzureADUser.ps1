# Changing a user in the manner of AzureAD.

function Set-HospesAzureADUser {
    <#
    .SYNOPSIS
    Changes a user; as Set-AzureADUser.
    .DESCRIPTION
    Only what is given changes. The original has no parameter for mail: -OtherMails puts a new address on a guest before
    a reset, or use Update-HospesMgUser -Mail.
    .PARAMETER ObjectId
    Object id or user principal name.
    .PARAMETER AccountEnabled
    $true lets the user sign in, $false blocks.
    .PARAMETER OtherMails
    Further addresses; replaces all that were there.
    .PARAMETER ShowInAddressList
    Whether the user stands in the address list.
    .PARAMETER TelephoneNumber
    Business phone.
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
    .PARAMETER GivenName
    First name.
    .PARAMETER JobTitle
    Job title.
    .PARAMETER MailNickName
    Mail nickname.
    .PARAMETER Mobile
    Mobile number.
    .PARAMETER PhysicalDeliveryOfficeName
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
    .EXAMPLE
    Set-HospesAzureADUser -ObjectId $user.ObjectId -OtherMails ana@northwind.example
    #>
    [CmdletBinding(SupportsShouldProcess = $true)]
    param(
        [Parameter(Mandatory = $true, Position = 0, ValueFromPipelineByPropertyName = $true)] [Alias('Id')] [string] $ObjectId,
        [System.Nullable[bool]] $AccountEnabled,
        [AllowEmptyCollection()] [string[]] $OtherMails,
        [System.Nullable[bool]] $ShowInAddressList,
        [string] $TelephoneNumber,
        [string] $City,
        [string] $CompanyName,
        [string] $Country,
        [string] $Department,
        [string] $DisplayName,
        [string] $GivenName,
        [string] $JobTitle,
        [string] $MailNickName,
        [string] $Mobile,
        [string] $PhysicalDeliveryOfficeName,
        [string] $PostalCode,
        [string] $PreferredLanguage,
        [string] $State,
        [string] $StreetAddress,
        [string] $Surname,
        [string] $UsageLocation,
        [string] $UserPrincipalName,
        [string] $UserType
    )
    process {
        Use-CallerPreference $PSCmdlet
        $body = [ordered]@{}
        foreach ($name in $PSBoundParameters.Keys) {
            # Whatever is no property of a user, such as ObjectId or Verbose, is not sent.
            if ($script:AzureADProperties -notcontains $name -or $name -eq 'ObjectId') { continue }
            $value = $PSBoundParameters[$name]
            if ($name -eq 'OtherMails') {
                $value = @($value)
            } elseif ($name -eq 'TelephoneNumber') {
                if ($value) { $value = @([string]$value) } else { $value = @() }
            } elseif ($value -is [string] -and $value.Length -eq 0) {
                $value = $null
            }
            $body[(ConvertTo-MicrosoftGraphName $name)] = $value
        }
        if (-not $PSCmdlet.ShouldProcess($ObjectId, 'Set-AzureADUser')) { return }
        $path = '/v1.0/users/' + (ConvertTo-Escaped $ObjectId)
        $answer = Invoke-Api $PSCmdlet 'PATCH' $path $null $null $body -AzureAD
        if ($answer.Status -ge 400) { Stop-AzureAD $PSCmdlet $answer 'SetUser' $ObjectId }
    }
}
