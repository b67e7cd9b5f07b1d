package bus

import (
	"net"

	"github.com/nats-io/nats.go/jetstream"
)

// JetStreamForTest lets a test change what another version or an operator would have set.
func JetStreamForTest(b *Bus) jetstream.JetStream { return b.js }

// AddrForTest is where the embedded broker listens: nowhere.
func AddrForTest(b *Bus) net.Addr { return b.embedded.server.Addr() }

// StopStoreForTest stops the embedded broker's store, as the server does on a full disk.
func StopStoreForTest(b *Bus) error { return b.embedded.server.ShutdownJetStream() }
