# Reading users in the manner of Microsoft.Graph.

function Get-HospesMgUser {
    <#
    .SYNOPSIS
    Reads one user, or lists users; as Get-MgUser.
    .DESCRIPTION
    Without -UserId it lists: the first page of a hundred, so many as -Top says, or all with -All. Properties beyond the
    usual ones come only if -Property names them, as in the original.
    .PARAMETER UserId
    Object id or user principal name.
    .PARAMETER Filter
    An OData filter, such as "startsWith(mail, 'ana@')" or "externalUserState eq 'PendingAcceptance'".
    .PARAMETER Search
    A search such as '"displayName:ana"'; needs -ConsistencyLevel eventual, and a server that searches.
    .PARAMETER Property
    The properties to read; also -Select.
    .PARAMETER ExpandProperty
    A relation to read along, such as sponsors.
    .PARAMETER Sort
    Order, such as displayName; also -OrderBy.
    .PARAMETER Top
    So many users.
    .PARAMETER All
    All users, page by page.
    .PARAMETER PageSize
    Users in a page, with -All.
    .PARAMETER ConsistencyLevel
    eventual, for advanced queries.
    .PARAMETER CountVariable
    Name of a variable that gets the number of all users that fit; with -ConsistencyLevel eventual.
    .PARAMETER Headers
    More headers to send.
    .PARAMETER ResponseHeadersVariable
    Name of a variable that gets the headers of the answer.
    .EXAMPLE
    Get-HospesMgUser -Filter "startsWith(mail, 'ana@')"
    .EXAMPLE
    Get-HospesMgUser -All -Filter "userType eq 'Guest'" -Property id, mail, externalUserState
    #>
    [CmdletBinding(DefaultParameterSetName = 'List')]
    param(
        [Parameter(Mandatory = $true, Position = 0, ParameterSetName = 'Get', ValueFromPipelineByPropertyName = $true)]
        [Alias('Id', 'ObjectId')] [string] $UserId,
        [Parameter(ParameterSetName = 'List')] [string] $Filter,
        [Parameter(ParameterSetName = 'List')] [string] $Search,
        [Alias('Select')] [string[]] $Property,
        [Alias('Expand')] [string[]] $ExpandProperty,
        [Parameter(ParameterSetName = 'List')] [Alias('OrderBy')] [string[]] $Sort,
        [Parameter(ParameterSetName = 'List')] [Alias('Limit')] [ValidateRange(1, 2147483647)] [int] $Top,
        [Parameter(ParameterSetName = 'List')] [switch] $All,
        [Parameter(ParameterSetName = 'List')] [ValidateRange(1, 999)] [int] $PageSize,
        [string] $ConsistencyLevel,
        [Parameter(ParameterSetName = 'List')] [Alias('CV')] [string] $CountVariable,
        [System.Collections.IDictionary] $Headers,
        [Alias('RHV')] [string] $ResponseHeadersVariable
    )
    process {
        Use-CallerPreference $PSCmdlet
        $query = New-ListQuery $Filter $Search $Property $ExpandProperty $Sort $CountVariable
        $sent = New-ListHeader $Headers $ConsistencyLevel
        $path = '/' + $script:ApiVersion + '/users'
        if ($PSCmdlet.ParameterSetName -eq 'List') {
            Read-List -Cmdlet $PSCmdlet -Path $path -Query $query -Headers $sent -All:$All -Top $Top -PageSize $PageSize `
                -Convert { param($json) ConvertTo-User $json } -CountVariable $CountVariable -HeadersVariable $ResponseHeadersVariable
            return
        }
        $path += '/' + (ConvertTo-Escaped $UserId)
        $answer = Invoke-Api $PSCmdlet 'GET' $path $query $sent $null
        Set-CallerVariable $PSCmdlet $ResponseHeadersVariable $answer.Headers
        if ($answer.Status -ge 400) {
            Write-GraphError $PSCmdlet $answer $UserId
            return
        }
        ConvertTo-User (ConvertFrom-ApiJson $answer.Text)
    }
}

function Get-HospesMgUserMemberOf {
    <#
    .SYNOPSIS
    Lists the groups and directory roles of a user; as Get-MgUserMemberOf.
    .DESCRIPTION
    Each object has an Id; its name and kind stand in AdditionalProperties, as in the original.
    .PARAMETER UserId
    Object id or user principal name.
    .PARAMETER Filter
    An OData filter.
    .PARAMETER Property
    The properties to read; also -Select.
    .PARAMETER Sort
    Order; also -OrderBy.
    .PARAMETER Top
    So many objects.
    .PARAMETER All
    All of them, page by page.
    .PARAMETER PageSize
    Objects in a page, with -All.
    .PARAMETER ConsistencyLevel
    eventual, for advanced queries.
    .PARAMETER CountVariable
    Name of a variable that gets the number of all objects that fit.
    .PARAMETER Headers
    More headers to send.
    .PARAMETER ResponseHeadersVariable
    Name of a variable that gets the headers of the answer.
    .EXAMPLE
    Get-HospesMgUserMemberOf -UserId $user.Id | ForEach-Object { $_.AdditionalProperties['displayName'] }
    #>
    [CmdletBinding()]
    param(
        [Parameter(Mandatory = $true, Position = 0, ValueFromPipelineByPropertyName = $true)]
        [Alias('Id', 'ObjectId')] [string] $UserId,
        [string] $Filter,
        [Alias('Select')] [string[]] $Property,
        [Alias('OrderBy')] [string[]] $Sort,
        [Alias('Limit')] [ValidateRange(1, 2147483647)] [int] $Top,
        [switch] $All,
        [ValidateRange(1, 999)] [int] $PageSize,
        [string] $ConsistencyLevel,
        [Alias('CV')] [string] $CountVariable,
        [System.Collections.IDictionary] $Headers,
        [Alias('RHV')] [string] $ResponseHeadersVariable
    )
    process {
        Use-CallerPreference $PSCmdlet
        $query = New-ListQuery $Filter '' $Property @() $Sort $CountVariable
        $sent = New-ListHeader $Headers $ConsistencyLevel
        $path = '/' + $script:ApiVersion + '/users/' + (ConvertTo-Escaped $UserId) + '/memberOf'
        Read-List -Cmdlet $PSCmdlet -Path $path -Query $query -Headers $sent -All:$All -Top $Top -PageSize $PageSize `
            -Convert { param($json) ConvertTo-DirectoryObject $json } -CountVariable $CountVariable -HeadersVariable $ResponseHeadersVariable
    }
}

# The options of a list in the words of OData.
function New-ListQuery {
    param([string] $Filter, [string] $Search, [string[]] $Property, [string[]] $Expand, [string[]] $Sort, [string] $CountVariable)
    $query = [ordered]@{}
    if ($Filter) { $query['$filter'] = $Filter }
    if ($Search) { $query['$search'] = $Search }
    if ($Property) { $query['$select'] = $Property -join ',' }
    if ($Expand) { $query['$expand'] = $Expand -join ',' }
    if ($Sort) { $query['$orderby'] = $Sort -join ',' }
    if ($CountVariable) { $query['$count'] = 'true' }
    return $query
}

function New-ListHeader {
    param($Headers, [string] $ConsistencyLevel)
    $sent = @{}
    if ($null -ne $Headers) {
        foreach ($name in $Headers.Keys) { $sent[[string]$name] = $Headers[$name] }
    }
    if ($ConsistencyLevel) { $sent['ConsistencyLevel'] = $ConsistencyLevel }
    return $sent
}
