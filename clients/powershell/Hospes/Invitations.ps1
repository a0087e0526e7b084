# Inviting and resetting in the manner of Microsoft.Graph.

function New-HospesMgInvitation {
    <#
    .SYNOPSIS
    Invites a guest, invites again, converts or resets; as New-MgInvitation.
    .DESCRIPTION
    With -ResetRedemption and -InvitedUser the guest keeps object id, groups and app roles and accepts anew, by the
    address given, which has to be mail or one of otherMails of the user.

    An array is refused as -InvitedUser: a filter that found two people must not reset one of them.
    .PARAMETER InvitedUserEmailAddress
    The address to invite.
    .PARAMETER InviteRedirectUrl
    Where the guest goes after accepting.
    .PARAMETER InvitedUserDisplayName
    Name of the new guest.
    .PARAMETER InvitedUserType
    Guest or Member.
    .PARAMETER SendInvitationMessage
    Sends the mail.
    .PARAMETER InvitedUserMessageInfo
    A hashtable or object with CustomizedMessageBody, MessageLanguage, CcRecipients.
    .PARAMETER InvitedUser
    The user to reset or to convert: an object of Get-MgUser or Get-AzureADUser, a hashtable with Id, or the id itself.
    .PARAMETER InvitedUserSponsors
    Who answers for the guest: ids, or objects with an Id.
    .PARAMETER ResetRedemption
    Resets the redemption of -InvitedUser.
    .PARAMETER BodyParameter
    The invitation as a hashtable or object, also from the pipeline; single parameters are added to it.
    .PARAMETER AdditionalProperties
    More properties, under the names of the API.
    .PARAMETER Headers
    More headers to send.
    .PARAMETER ResponseHeadersVariable
    Name of a variable that gets the headers of the answer.
    .PARAMETER Id
    Accepted as in the original; the server chooses the id.
    .PARAMETER InviteRedeemUrl
    Accepted as in the original; the server makes the link.
    .PARAMETER Status
    Accepted as in the original; the server says the status.
    .EXAMPLE
    New-HospesMgInvitation -InvitedUserEmailAddress ana@contoso.example -InviteRedirectUrl https://myapps.microsoft.com -SendInvitationMessage
    .EXAMPLE
    Import-Csv guests.csv | New-HospesMgInvitation -InviteRedirectUrl https://myapps.microsoft.com -SendInvitationMessage
    .EXAMPLE
    New-HospesMgInvitation -InvitedUserEmailAddress $user.Mail -InviteRedirectUrl https://myapps.microsoft.com -ResetRedemption -InvitedUser $user
    #>
    [CmdletBinding(SupportsShouldProcess = $true, PositionalBinding = $false)]
    param(
        [Parameter(ValueFromPipeline = $true)] [object] $BodyParameter,
        [string] $InvitedUserEmailAddress,
        [string] $InviteRedirectUrl,
        [string] $InvitedUserDisplayName,
        [string] $InvitedUserType,
        [switch] $SendInvitationMessage,
        [object] $InvitedUserMessageInfo,
        [object] $InvitedUser,
        [object[]] $InvitedUserSponsors,
        [switch] $ResetRedemption,
        [string] $Id,
        [string] $InviteRedeemUrl,
        [string] $Status,
        [System.Collections.IDictionary] $AdditionalProperties,
        [System.Collections.IDictionary] $Headers,
        [Alias('RHV')] [string] $ResponseHeadersVariable
    )
    process {
        Use-CallerPreference $PSCmdlet
        if ($BodyParameter -is [string]) {
            Stop-Cmdlet $PSCmdlet 'CannotConvertArgument' ('An invitation is an object or a hashtable; for an address use ' +
                '-InvitedUserEmailAddress.') $BodyParameter
        }
        $body = [ordered]@{}
        if ($null -ne $BodyParameter) { $body = ConvertTo-Body $BodyParameter }
        foreach ($name in 'InvitedUserEmailAddress', 'InviteRedirectUrl', 'InvitedUserDisplayName', 'InvitedUserType',
            'InvitedUserMessageInfo', 'InvitedUser', 'InvitedUserSponsors', 'Id', 'InviteRedeemUrl', 'Status') {
            if ($PSBoundParameters.ContainsKey($name)) { $body[(ConvertTo-ApiName $name)] = $PSBoundParameters[$name] }
        }
        foreach ($name in 'SendInvitationMessage', 'ResetRedemption') {
            if ($PSBoundParameters.ContainsKey($name)) { $body[(ConvertTo-ApiName $name)] = [bool]$PSBoundParameters[$name] }
        }
        if ($null -ne $AdditionalProperties) {
            foreach ($name in $AdditionalProperties.Keys) { $body[[string]$name] = $AdditionalProperties[$name] }
        }
        Complete-Invitation $PSCmdlet $body
        if (-not $PSCmdlet.ShouldProcess([string]$body['invitedUserEmailAddress'], 'New-MgInvitation')) { return }
        $answer = Invoke-Api $PSCmdlet 'POST' ('/' + $script:ApiVersion + '/invitations') $null $Headers $body
        Set-CallerVariable $PSCmdlet $ResponseHeadersVariable $answer.Headers
        if ($answer.Status -ge 400) {
            Write-GraphError $PSCmdlet $answer ([string]$body['invitedUserEmailAddress'])
            return
        }
        ConvertTo-Invitation (ConvertFrom-ApiJson $answer.Text)
    }
}

# People in the body become what the API reads of them: their ids.
function Complete-Invitation {
    param($Cmdlet, [System.Collections.IDictionary] $Body)
    if ($Body.Contains('invitedUser')) {
        $user = ConvertTo-InvitedUser $Cmdlet $Body['invitedUser']
        if ($null -eq $user) { $Body.Remove('invitedUser') } else { $Body['invitedUser'] = $user }
    }
    if ($Body.Contains('invitedUserSponsors')) {
        $sponsors = New-Object 'System.Collections.Generic.List[object]'
        foreach ($sponsor in @($Body['invitedUserSponsors'])) {
            if ($null -ne $sponsor) { $sponsors.Add((ConvertTo-InvitedUser $Cmdlet $sponsor)) }
        }
        $Body['invitedUserSponsors'] = $sponsors.ToArray()
    }
}

# Whoever is meant by -InvitedUser, as @{ id = ... }.
function ConvertTo-InvitedUser {
    param($Cmdlet, $Value)
    if ($null -eq $Value) { return $null }
    if ($Value -is [System.Collections.IList]) {
        Stop-Cmdlet $Cmdlet 'CannotConvertArgument' ("Cannot convert '" + $Value.GetType().FullName + "' to the type " +
            "'Microsoft.Open.MSGraph.Model.User' required by parameter 'InvitedUser': it holds " + $Value.Count +
            ' objects, and an invitation is for one user. Pick one of them.') $null
    }
    $id = ''
    if ($Value -is [string] -or $Value -is [guid]) {
        $id = [string]$Value
    } elseif ($Value -is [System.Collections.IDictionary]) {
        foreach ($key in $Value.Keys) {
            if ([string]$key -eq 'id' -or ([string]$key -eq 'objectId' -and -not $id)) { $id = [string]$Value[$key] }
        }
    } else {
        $id = [string]$Value.Id
        if (-not $id) { $id = [string]$Value.ObjectId }
    }
    if (-not $id) {
        Stop-Cmdlet $Cmdlet 'CannotConvertArgument' ('What was given as a user has no Id. Give an object of Get-MgUser or Get-AzureADUser, ' +
            'or @{ Id = ''...'' }.') $Value
    }
    return @{ id = $id }
}
