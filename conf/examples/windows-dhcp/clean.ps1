# Takes from a Windows DHCP server what sends PXE clients elsewhere. Run it on that server, as an administrator.
# Option 60 is needed only by a boot service on the same host; wdspxed is on another.
Remove-DhcpServerv4OptionValue -OptionId 60, 66, 67 -ErrorAction SilentlyContinue
foreach ($scope in Get-DhcpServerv4Scope) {
    Remove-DhcpServerv4OptionValue -ScopeId $scope.ScopeId -OptionId 60, 66, 67 -ErrorAction SilentlyContinue
}
