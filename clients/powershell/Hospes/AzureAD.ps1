# Reading users and inviting in the manner of AzureAD and AzureADPreview.

function Get-HospesAzureADUser {
    <#
    .SYNOPSIS
    Reads one user, or lists users; as Get-AzureADUser.
    .DESCRIPTION
    The objects have the names of Azure AD Graph: ObjectId, UserState, UserStateChangedOn, Mobile. A filter may use them.
    .PARAMETER ObjectId
    Object id or user principal name.
    .PARAMETER Filter
    An OData filter, such as "UserState eq 'PendingAcceptance'".
    .PARAMETER SearchString
    What the name, the user principal name or the mail address begins with.
    .PARAMETER Top
    So many users.
    .PARAMETER All
    $true for all users, page by page.
    .EXAMPLE
    Get-HospesAzureADUser -ObjectId ana_contoso.example#EXT#@fabrikam.example
    .EXAMPLE
    Get-HospesAzureADUser -All $true -Filter "UserType eq 'Guest'"
    #>
    [CmdletBinding(DefaultParameterSetName = 'List')]
    param(
        [Parameter(Mandatory = $true, ParameterSetName = 'Get', ValueFromPipelineByPropertyName = $true)] [Alias('Id')] [string] $ObjectId,
        [Parameter(ParameterSetName = 'List')] [string] $Filter,
        [Parameter(ParameterSetName = 'List')] [string] $SearchString,
        [Parameter(ParameterSetName = 'List')] [ValidateRange(1, 2147483647)] [int] $Top,
        [System.Nullable[bool]] $All
    )
    process {
        Use-CallerPreference $PSCmdlet
        $names = foreach ($name in $script:AzureADProperties) {
            if ($name -ne 'ObjectType') { ConvertTo-MicrosoftGraphName $name }
        }
        $query = [ordered]@{ '$select' = @($names) -join ',' }
        if ($PSCmdlet.ParameterSetName -eq 'List') {
            $wanted = @()
            if ($Filter) { $wanted += '(' + (ConvertTo-MicrosoftGraphFilter $Filter) + ')' }
            if ($SearchString) {
                $start = "'" + $SearchString.Replace("'", "''") + "'"
                $wanted += "(startsWith(displayName,$start) or startsWith(userPrincipalName,$start) or startsWith(mail,$start))"
            }
            if ($wanted.Count -eq 1) { $query['$filter'] = $wanted[0].Substring(1, $wanted[0].Length - 2) }
            if ($wanted.Count -gt 1) { $query['$filter'] = $wanted -join ' and ' }
            Read-List -Cmdlet $PSCmdlet -Path '/v1.0/users' -Query $query -All:([bool]$All) -Top $Top `
                -Convert { param($json) ConvertTo-AzureADUser $json } -Operation 'GetUsers'
            return
        }
        $answer = Invoke-Api $PSCmdlet 'GET' ('/v1.0/users/' + (ConvertTo-Escaped $ObjectId)) $query $null $null -AzureAD
        if ($answer.Status -ge 400) { Stop-AzureAD $PSCmdlet $answer 'GetUser' $ObjectId }
        ConvertTo-AzureADUser (ConvertFrom-ApiJson $answer.Text)
    }
}

# A filter with the names of Azure AD Graph in those of Microsoft Graph. What stands between quotation marks stays.
function ConvertTo-MicrosoftGraphFilter {
    param([string] $Filter)
    return [regex]::Replace($Filter, "'(?:[^']|'')*'|[A-Za-z_][A-Za-z0-9_]*", {
            param($match)
            $word = $match.Value
            if ($word[0] -ne "'" -and $script:AzureADProperties -contains $word) { return (ConvertTo-MicrosoftGraphName $word) }
            return $word
        })
}

function New-HospesAzureADMSInvitation {
    <#
    .SYNOPSIS
    Invites a guest, invites again, converts or resets; as New-AzureADMSInvitation of AzureADPreview.
    .DESCRIPTION
    With -ResetRedemption $True and -InvitedUser the guest keeps object id, groups and app roles and accepts anew, by the
    address given, which has to be mail or one of otherMails of the user. An array is refused as -InvitedUser.
    .PARAMETER InvitedUserEmailAddress
    The address to invite.
    .PARAMETER InviteRedirectUrl
    Where the guest goes after accepting.
    .PARAMETER InvitedUserDisplayName
    Name of the new guest.
    .PARAMETER SendInvitationMessage
    $true sends the mail.
    .PARAMETER InvitedUserMessageInfo
    A Microsoft.Open.MSGraph.Model.InvitedUserMessageInfo, or a hashtable with CustomizedMessageBody, MessageLanguage, CcRecipients.
    .PARAMETER InvitedUserType
    Guest or Member.
    .PARAMETER InvitedUser
    The user to reset or to convert: a Microsoft.Open.MSGraph.Model.User, an object of Get-AzureADUser, or a hashtable with Id.
    .PARAMETER ResetRedemption
    $true resets the redemption of -InvitedUser.
    .EXAMPLE
    New-HospesAzureADMSInvitation -InvitedUserEmailAddress ana@contoso.example -InviteRedirectUrl https://myapps.microsoft.com -SendInvitationMessage $true
    #>
    [CmdletBinding(SupportsShouldProcess = $true, PositionalBinding = $false)]
    param(
        [Parameter(Mandatory = $true)] [string] $InvitedUserEmailAddress,
        [Parameter(Mandatory = $true)] [string] $InviteRedirectUrl,
        [string] $InvitedUserDisplayName,
        [System.Nullable[bool]] $SendInvitationMessage,
        [object] $InvitedUserMessageInfo,
        [string] $InvitedUserType,
        [object] $InvitedUser,
        [System.Nullable[bool]] $ResetRedemption
    )
    process {
        Use-CallerPreference $PSCmdlet
        $body = [ordered]@{}
        foreach ($name in 'InvitedUserEmailAddress', 'InviteRedirectUrl', 'InvitedUserDisplayName', 'SendInvitationMessage',
            'InvitedUserMessageInfo', 'InvitedUserType', 'InvitedUser', 'ResetRedemption') {
            if ($PSBoundParameters.ContainsKey($name) -and $null -ne $PSBoundParameters[$name]) {
                $body[(ConvertTo-ApiName $name)] = $PSBoundParameters[$name]
            }
        }
        Complete-Invitation $PSCmdlet $body
        if (-not $PSCmdlet.ShouldProcess($InvitedUserEmailAddress, 'New-AzureADMSInvitation')) { return }
        # AzureADPreview, which the article names, speaks to the beta.
        $answer = Invoke-Api $PSCmdlet 'POST' '/beta/invitations' $null $null $body -AzureAD
        if ($answer.Status -ge 400) { Stop-AzureAD $PSCmdlet $answer 'NewAzureADMSInvitation' $InvitedUserEmailAddress }
        $made = ConvertTo-Invitation (ConvertFrom-ApiJson $answer.Text)
        $user = New-Object -TypeName PSObject -Property ([ordered]@{ Id = $made.InvitedUser.Id; OdataType = $null })
        New-Object -TypeName PSObject -Property ([ordered]@{
                Id = $made.Id; InvitedUserDisplayName = $made.InvitedUserDisplayName
                InvitedUserEmailAddress = $made.InvitedUserEmailAddress; SendInvitationMessage = $made.SendInvitationMessage
                ResetRedemption = $made.ResetRedemption; InviteRedeemUrl = $made.InviteRedeemUrl
                InviteRedirectUrl = $made.InviteRedirectUrl; InvitedUser = $user
                InvitedUserMessageInfo = $made.InvitedUserMessageInfo; InvitedUserType = $made.InvitedUserType
                Status = $made.Status
            })
    }
}
