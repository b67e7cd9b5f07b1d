package bustest

import (
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"
)

// HoldPort is a port of 127.0.0.1 that stays the test's until it ends: whatever listens there
// may stop and start again, and the system gives the port to nobody else meanwhile.
func HoldPort(t *testing.T) int {
	t.Helper()
	// Bound and not listening: who names the port may listen on it, who asks for any is given another.
	fd, err := syscall.Socket(syscall.AF_INET, syscall.SOCK_STREAM|syscall.SOCK_CLOEXEC, 0)
	require.NoError(t, err)
	t.Cleanup(func() { _ = syscall.Close(fd) })
	require.NoError(t, syscall.SetsockoptInt(fd, syscall.SOL_SOCKET, syscall.SO_REUSEADDR, 1))
	require.NoError(t, syscall.Bind(fd, &syscall.SockaddrInet4{Addr: [4]byte{127, 0, 0, 1}}))
	at, err := syscall.Getsockname(fd)
	require.NoError(t, err)
	return at.(*syscall.SockaddrInet4).Port
}
