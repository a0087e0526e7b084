# The main job in one command.

function Reset-HospesGuest {
    <#
    .SYNOPSIS
    Resets the redemption of a guest, with a new address if one is given.
    .DESCRIPTION
    Finds the guest, puts the new address on it if it is not there yet, and posts the reset: object id, groups and app
    roles stay, what the old identity was given ends at once, and the guest gets a new invitation. Asks before each
    guest; -Confirm:$false does not.
    .PARAMETER UserId
    Object id, user principal name or mail address of the guest; also from the pipeline, as of Get-HospesMgUser.
    .PARAMETER EmailAddress
    The address to invite: the new one, or one that the guest has. The guest's mail address if not given.
    .PARAMETER InviteRedirectUrl
    Where the guest goes after accepting; My Apps of the organisation if not given.
    .PARAMETER CustomizedMessageBody
    Words of your own in the mail.
    .PARAMETER MessageLanguage
    Language of the mail, such as en-US.
    .PARAMETER CcAddress
    Who gets a copy of the mail.
    .PARAMETER NoMessage
    Sends no mail: pass the link in InviteRedeemUrl on yourself.
    .EXAMPLE
    Reset-HospesGuest ana@contoso.example -EmailAddress ana@northwind.example
    .EXAMPLE
    Get-HospesMgUser -All -Filter "endsWith(mail, '@contoso.example')" -ConsistencyLevel eventual -CountVariable n | Reset-HospesGuest -Confirm:$false
    #>
    [CmdletBinding(SupportsShouldProcess = $true, ConfirmImpact = 'High')]
    param(
        [Parameter(Mandatory = $true, Position = 0, ValueFromPipelineByPropertyName = $true)]
        [Alias('Id', 'ObjectId', 'Guest')] [string] $UserId,
        [Alias('NewEmailAddress', 'InvitedUserEmailAddress')] [string] $EmailAddress,
        [string] $InviteRedirectUrl,
        [string] $CustomizedMessageBody,
        [string] $MessageLanguage,
        [string] $CcAddress,
        [switch] $NoMessage
    )
    process {
        Use-CallerPreference $PSCmdlet
        $guest = Find-Guest $PSCmdlet $UserId
        if ($null -eq $guest) { return }
        $address = $EmailAddress
        if (-not $address) { $address = [string]$guest.mail }
        if (-not $address) {
            Write-CmdletError $PSCmdlet 'NoAddress' ([string]$guest.userPrincipalName + ' has no mail address. Give -EmailAddress.') $UserId
            return
        }
        if (-not $PSCmdlet.ShouldProcess([string]$guest.displayName + ' (' + $guest.userPrincipalName + ')', 'Reset redemption to ' + $address)) { return }
        $known = @([string]$guest.mail) + @($guest.otherMails)
        $changed = $false
        if ($known -notcontains $address) {
            $answer = Invoke-Api $PSCmdlet 'PATCH' ('/v1.0/users/' + $guest.id) $null $null @{ mail = $address }
            if ($answer.Status -ge 400) {
                Write-GraphError $PSCmdlet $answer $UserId
                return
            }
            $changed = $true
        }
        $landing = $InviteRedirectUrl
        if (-not $landing) { $landing = ($script:Connection.Server + '/myapps/' + $script:Connection.Tenant).TrimEnd('/') }
        $body = [ordered]@{
            invitedUserEmailAddress = $address; inviteRedirectUrl = $landing; sendInvitationMessage = (-not $NoMessage)
            invitedUser = @{ id = [string]$guest.id }; resetRedemption = $true
        }
        $info = [ordered]@{}
        if ($MessageLanguage) { $info['messageLanguage'] = $MessageLanguage }
        if ($CustomizedMessageBody) { $info['customizedMessageBody'] = $CustomizedMessageBody }
        if ($CcAddress) { $info['ccRecipients'] = @(@{ emailAddress = @{ address = $CcAddress } }) }
        if ($info.Count -gt 0) { $body['invitedUserMessageInfo'] = $info }
        $answer = Invoke-Api $PSCmdlet 'POST' '/v1.0/invitations' $null $null $body
        if ($answer.Status -ge 400) {
            if ($changed) { Write-Warning ('The mail address of ' + $guest.displayName + ' is ' + $address + ' now, but the reset was refused.') }
            Write-GraphError $PSCmdlet $answer $UserId
            return
        }
        ConvertTo-Invitation (ConvertFrom-ApiJson $answer.Text)
    }
}

# One guest by id, user principal name or mail address, as the API gives it; nothing, with an error written, if there
# is none or more than one.
function Find-Guest {
    param($Cmdlet, [string] $UserId)
    $query = [ordered]@{ '$select' = 'id,displayName,mail,otherMails,userPrincipalName' }
    $answer = Invoke-Api $Cmdlet 'GET' ('/v1.0/users/' + (ConvertTo-Escaped $UserId)) $query $null $null
    if ($answer.Status -lt 400) { return (ConvertFrom-ApiJson $answer.Text) }
    if ($answer.Status -ne 404 -or -not $UserId.Contains('@')) {
        Write-GraphError $Cmdlet $answer $UserId
        return $null
    }
    $query['$filter'] = "mail eq '" + $UserId.Replace("'", "''") + "'"
    $listed = Invoke-Api $Cmdlet 'GET' '/v1.0/users' $query $null $null
    if ($listed.Status -ge 400) {
        Write-GraphError $Cmdlet $listed $UserId
        return $null
    }
    $found = @((ConvertFrom-ApiJson $listed.Text).value)
    if ($found.Count -eq 1) { return $found[0] }
    if ($found.Count -gt 1) {
        Write-CmdletError $Cmdlet 'SeveralGuests' ([string]$found.Count + " users have the address '$UserId'. Give the object id of the one that is meant.") $UserId
        return $null
    }
    Write-GraphError $Cmdlet $answer $UserId
    return $null
}
