package app

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ungcuu/ungcuu/internal/bus"
)

func TestAPartHasItsOwnConnectionWhereItHasAnAddressOrCredentialsOfItsOwn(t *testing.T) {
	one := Config{NATSURL: "tls://broker:4222", NATSCreds: "/etc/desk.creds", Data: "/data", Province: "son-la"}
	require.Equal(t, bus.Config{URL: one.NATSURL, CredsFile: "/etc/desk.creds", DataDir: "/data", Province: "son-la"}, one.busConfig("relay"))
	require.Equal(t, one.busConfig("relay"), one.busConfig("ledger"), "they share one")

	own := one
	own.NATSLedgerURL = "tls://ledger:x@broker:4222"
	require.Equal(t, one.busConfig("notify"), own.busConfig("notify"))
	require.Equal(t, own.NATSLedgerURL, own.busConfig("ledger").URL)
	require.True(t, own.busConfig("ledger").Guest, "the relay makes the stream")
	require.False(t, own.busConfig("relay").Guest)

	folder := one
	folder.NATSCreds = t.TempDir()
	for _, part := range brokerParts {
		require.NoError(t, os.WriteFile(filepath.Join(folder.NATSCreds, part+".creds"), nil, 0o600))
		require.Equal(t, filepath.Join(folder.NATSCreds, part+".creds"), folder.busConfig(part).CredsFile)
		require.Equal(t, part != "relay", folder.busConfig(part).Guest)
	}
}
