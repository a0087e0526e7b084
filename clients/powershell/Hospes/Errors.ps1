# Errors as the modules of the original print them. The cmdlets for Microsoft Graph go on after an error unless they are
# told to stop; those of AzureAD end the statement, as theirs did.

# What an answer of the directory API says is wrong: Code, Message, RequestId, ClientRequestId, Date.
function Read-ApiError {
    param($Answer)
    $found = @{
        Code = 'Status' + $Answer.Status; Message = $Answer.Reason; RequestId = $Answer.Headers['request-id']
        ClientRequestId = $Answer.Headers['client-request-id']; Date = $Answer.Headers['date']
    }
    $json = ConvertFrom-ApiJson $Answer.Text
    if ($null -ne $json -and $null -ne $json.error -and -not ($json.error -is [string])) {
        $found.Code = [string]$json.error.code
        $found.Message = [string]$json.error.message
        if ($null -ne $json.error.innerError) {
            $found.RequestId = [string]$json.error.innerError.'request-id'
            $found.ClientRequestId = [string]$json.error.innerError.'client-request-id'
        }
    }
    return $found
}

# As Microsoft.Graph prints it: the message, then status, code and what support asks for.
function Format-GraphError {
    param($Answer, $Found)
    $lines = @(
        $Found.Message
        ''
        ('Status: ' + $Answer.Status + ' (' + (Get-StatusName $Answer.Status) + ')')
        ('ErrorCode: ' + $Found.Code)
        ('Date: ' + $Found.Date)
        ''
        'Headers:'
        ('request-id                    : ' + $Found.RequestId)
        ('client-request-id             : ' + $Found.ClientRequestId)
    )
    return ($lines -join [Environment]::NewLine)
}

# As AzureAD prints it. Its invitation cmdlet speaks Microsoft Graph and prints the inner error apart.
function Format-AzureADError {
    param($Answer, $Found, [string] $Operation)
    $lines = @(
        ('Error occurred while executing ' + $Operation)
        ('Code: ' + $Found.Code)
        ('Message: ' + $Found.Message)
    )
    if ($Operation -eq 'NewAzureADMSInvitation') {
        $lines += @('InnerError:', ('  RequestId: ' + $Found.RequestId), ('  DateTimeStamp: ' + $Found.Date))
    } else {
        $lines += @(('RequestId: ' + $Found.RequestId), ('DateTimeStamp: ' + $Found.Date))
    }
    $lines += @(
        ('HttpStatusCode: ' + (Get-StatusName $Answer.Status))
        ('HttpStatusDescription: ' + $Answer.Reason)
        'HttpResponseStatus: Completed'
    )
    return ($lines -join [Environment]::NewLine)
}

# 400 -> BadRequest
function Get-StatusName {
    param([int] $Status)
    return [System.Enum]::ToObject([System.Net.HttpStatusCode], $Status).ToString()
}

# A record whose exception also carries the parts, for scripts that decide: $_.Exception.Data['Code'].
function New-ApiErrorRecord {
    param($Answer, $Found, [string] $Text, $Target)
    $exception = New-Object System.InvalidOperationException($Text)
    $exception.Data['Status'] = $Answer.Status
    $exception.Data['Code'] = $Found.Code
    $exception.Data['Message'] = $Found.Message
    $exception.Data['RequestId'] = $Found.RequestId
    $category = [System.Management.Automation.ErrorCategory]::InvalidOperation
    if ($Answer.Status -eq 401) { $category = [System.Management.Automation.ErrorCategory]::AuthenticationError }
    if ($Answer.Status -eq 403) { $category = [System.Management.Automation.ErrorCategory]::PermissionDenied }
    if ($Answer.Status -eq 404) { $category = [System.Management.Automation.ErrorCategory]::ObjectNotFound }
    return New-Object System.Management.Automation.ErrorRecord($exception, $Found.Code, $category, $Target)
}

# An error of the API, from a cmdlet for Microsoft Graph.
function Write-GraphError {
    param($Cmdlet, $Answer, $Target)
    $found = Read-ApiError $Answer
    $Cmdlet.WriteError((New-ApiErrorRecord $Answer $found (Format-GraphError $Answer $found) $Target))
}

# An error of the API, from a cmdlet of AzureAD.
function Stop-AzureAD {
    param($Cmdlet, $Answer, [string] $Operation, $Target)
    $found = Read-ApiError $Answer
    $text = Format-AzureADError $Answer $found $Operation
    $Cmdlet.ThrowTerminatingError((New-ApiErrorRecord $Answer $found $text $Target))
}

# An error of our own: something was asked that cannot be done. Ends the statement.
function Stop-Cmdlet {
    param($Cmdlet, [string] $Id, [string] $Message, $Target)
    $exception = New-Object System.InvalidOperationException($Message)
    $category = [System.Management.Automation.ErrorCategory]::InvalidArgument
    $Cmdlet.ThrowTerminatingError((New-Object System.Management.Automation.ErrorRecord($exception, $Id, $category, $Target)))
}

# An error of our own that concerns one object of many: the others go on.
function Write-CmdletError {
    param($Cmdlet, [string] $Id, [string] $Message, $Target)
    $exception = New-Object System.InvalidOperationException($Message)
    $category = [System.Management.Automation.ErrorCategory]::InvalidArgument
    $Cmdlet.WriteError((New-Object System.Management.Automation.ErrorRecord($exception, $Id, $category, $Target)))
}

# A script module does not see the preferences of the script that calls it: takes them over into the calling function.
function Use-CallerPreference {
    param($Cmdlet)
    $pairs = @{ ErrorAction = 'ErrorActionPreference'; Verbose = 'VerbosePreference'; WhatIf = 'WhatIfPreference'; Confirm = 'ConfirmPreference' }
    foreach ($parameter in $pairs.Keys) {
        if (-not $Cmdlet.MyInvocation.BoundParameters.ContainsKey($parameter)) {
            $value = $Cmdlet.SessionState.PSVariable.GetValue($pairs[$parameter])
            if ($null -ne $value) { Set-Variable -Name $pairs[$parameter] -Value $value -Scope 1 -WhatIf:$false -Confirm:$false }
        }
    }
}
