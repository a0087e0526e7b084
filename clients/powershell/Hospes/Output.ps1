# What the cmdlets hand out: objects with the property names and the letter case of the original's, so that the scripts
# which read them go on. Properties that were not read are there and empty.

$script:UserProperties = @(
    'AccountEnabled', 'BusinessPhones', 'City', 'CompanyName', 'Country', 'CreatedDateTime', 'CreationType', 'DeletedDateTime',
    'Department', 'DisplayName', 'EmployeeId', 'EmployeeType', 'ExternalUserState', 'ExternalUserStateChangeDateTime',
    'GivenName', 'Id', 'Identities', 'JobTitle', 'Mail', 'MailNickname', 'MobilePhone', 'OfficeLocation', 'OtherMails',
    'PostalCode', 'PreferredLanguage', 'ProxyAddresses', 'ShowInAddressList', 'SignInSessionsValidFromDateTime', 'State',
    'StreetAddress', 'Surname', 'UsageLocation', 'UserPrincipalName', 'UserType'
)
$script:InvitationProperties = @(
    'Id', 'InviteRedeemUrl', 'InviteRedirectUrl', 'InvitedUser', 'InvitedUserDisplayName', 'InvitedUserEmailAddress',
    'InvitedUserMessageInfo', 'InvitedUserSponsors', 'InvitedUserType', 'ResetRedemption', 'SendInvitationMessage', 'Status'
)
$script:ObjectProperties = @('DeletedDateTime', 'Id')

# Properties of Azure AD Graph 1.6 and what they are called in Microsoft Graph; all others differ in letter case only.
$script:AzureADNames = [ordered]@{
    ObjectId = 'id'; Mobile = 'mobilePhone'; PhysicalDeliveryOfficeName = 'officeLocation'; TelephoneNumber = 'businessPhones'
    UserState = 'externalUserState'; UserStateChangedOn = 'externalUserStateChangeDateTime'; DirSyncEnabled = 'onPremisesSyncEnabled'
}
$script:AzureADProperties = @(
    'ObjectId', 'ObjectType', 'AccountEnabled', 'City', 'CompanyName', 'Country', 'CreationType', 'Department', 'DirSyncEnabled',
    'DisplayName', 'GivenName', 'JobTitle', 'Mail', 'MailNickName', 'Mobile', 'OtherMails', 'PhysicalDeliveryOfficeName',
    'PostalCode', 'PreferredLanguage', 'ProxyAddresses', 'ShowInAddressList', 'State', 'StreetAddress', 'Surname',
    'TelephoneNumber', 'UsageLocation', 'UserPrincipalName', 'UserState', 'UserStateChangedOn', 'UserType'
)

# What a table or a list shows if nobody says otherwise, as the original has it.
function Set-DefaultView {
    Update-TypeData -TypeName 'Hospes.User' -DefaultDisplayPropertySet 'DisplayName', 'Id', 'Mail', 'UserPrincipalName' -Force
    Update-TypeData -TypeName 'Hospes.DirectoryObject' -DefaultDisplayPropertySet 'Id', 'DeletedDateTime' -Force
    Update-TypeData -TypeName 'Hospes.AzureADUser' -DefaultDisplayPropertySet 'ObjectId', 'DisplayName', 'UserPrincipalName', 'UserType' -Force
}

# An object of the API with these properties. Whatever else came stands in AdditionalProperties under its own name.
function ConvertTo-OutputObject {
    param($Json, [string[]] $Properties, [string] $TypeName)
    $values = [ordered]@{}
    foreach ($name in $Properties) { $values[$name] = $null }
    $more = @{}
    foreach ($property in $Json.PSObject.Properties) {
        $name = ConvertTo-PascalName $property.Name
        if ($Properties -contains $name) {
            $values[$name] = ConvertTo-OutputValue $property.Name $property.Value
        } else {
            $more[$property.Name] = ConvertTo-OutputValue $property.Name $property.Value
        }
    }
    $values['AdditionalProperties'] = $more
    $object = New-Object -TypeName PSObject -Property $values
    $object.PSObject.TypeNames.Insert(0, $TypeName)
    return $object
}

function ConvertTo-User {
    param($Json)
    return (ConvertTo-OutputObject $Json $script:UserProperties 'Hospes.User')
}

function ConvertTo-DirectoryObject {
    param($Json)
    return (ConvertTo-OutputObject $Json $script:ObjectProperties 'Hospes.DirectoryObject')
}

function ConvertTo-Invitation {
    param($Json)
    return (ConvertTo-OutputObject $Json $script:InvitationProperties 'Hospes.Invitation')
}

# A user as Get-AzureADUser gives it.
function ConvertTo-AzureADUser {
    param($Json)
    $values = [ordered]@{}
    foreach ($name in $script:AzureADProperties) {
        $apiName = ConvertTo-MicrosoftGraphName $name
        $values[$name] = ConvertTo-OutputValue $apiName $Json.$apiName
    }
    $values['ObjectType'] = 'User'
    if ($null -ne $values['TelephoneNumber']) { $values['TelephoneNumber'] = @($values['TelephoneNumber'])[0] }
    $object = New-Object -TypeName PSObject -Property $values
    $object.PSObject.TypeNames.Insert(0, 'Hospes.AzureADUser')
    return $object
}

# The name of an AzureAD property in Microsoft Graph.
function ConvertTo-MicrosoftGraphName {
    param([Parameter(Position = 0)] [string] $Name)
    foreach ($known in $script:AzureADNames.Keys) {
        if ($known -eq $Name) { return $script:AzureADNames[$known] }
    }
    if ($Name -eq 'MailNickName') { return 'mailNickname' }
    return (ConvertTo-ApiName $Name)
}

# Reads a list page by page and hands out what is on it as it comes. -Top stops after so many, -All never. With
# -Operation errors are those of AzureAD.
function Read-List {
    param(
        $Cmdlet, [string] $Path, $Query, $Headers, [switch] $All, [int] $Top, [int] $PageSize, [scriptblock] $Convert,
        [string] $CountVariable, [string] $HeadersVariable, [string] $Operation
    )
    $isAzureAD = [bool]$Operation
    if ($All -and $PageSize -gt 0) { $Query['$top'] = $PageSize }
    if (-not $All -and $Top -gt 0) { $Query['$top'] = [System.Math]::Min($Top, 999) }
    $given = 0
    $next = $Path
    $first = $true
    while ($next) {
        $answer = Invoke-Api $Cmdlet 'GET' $next $Query $Headers $null -AzureAD:$isAzureAD
        if ($answer.Status -ge 400) {
            if ($isAzureAD) { Stop-AzureAD $Cmdlet $answer $Operation $Path }
            Write-GraphError $Cmdlet $answer $Path
            return
        }
        $json = ConvertFrom-ApiJson $answer.Text
        if ($first) {
            Set-CallerVariable $Cmdlet $CountVariable $json.'@odata.count'
            Set-CallerVariable $Cmdlet $HeadersVariable $answer.Headers
            $first = $false
        }
        foreach ($item in @($json.value)) {
            if (-not $All -and $Top -gt 0 -and $given -ge $Top) { return }
            if ($null -ne $item) {
                & $Convert $item
                $given += 1
            }
        }
        $next = $null
        # The next page's address is whole: it carries the query in it.
        if ($All -or ($Top -gt 0 -and $given -lt $Top)) { $next = [string]$json.'@odata.nextLink' }
        $Query = $null
    }
}

# For parameters that name a variable of the caller.
function Set-CallerVariable {
    param($Cmdlet, [string] $Name, $Value)
    if ($Name) { $Cmdlet.SessionState.PSVariable.Set($Name, $Value) }
}
