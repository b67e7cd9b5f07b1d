package app

import (
	"crypto/tls"
	"net"
	"os"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ungcuu/ungcuu/internal/app/apptest"
	"github.com/ungcuu/ungcuu/internal/telemetry/telemetrytest"
)

func TestANewCertificateIsTakenUpAndABrokenOneIsNot(t *testing.T) {
	authority, dir := apptest.NewAuthority(t), t.TempDir()
	certFile, keyFile, first := authority.Issue(t, dir)
	said := &telemetrytest.Log{}
	c, err := openCertificate(certFile, keyFile, said.Logger())
	require.NoError(t, err)
	c.every = 0
	ln, err := tls.Listen("tcp", "127.0.0.1:0", &tls.Config{MinVersion: tls.VersionTLS12, GetCertificate: c.get})
	require.NoError(t, err)
	t.Cleanup(func() { _ = ln.Close() })
	go func() {
		for {
			conn, err := ln.Accept()
			if err != nil {
				return
			}
			go func(conn net.Conn) {
				defer conn.Close()
				_ = conn.(*tls.Conn).Handshake()
			}(conn)
		}
	}()
	serial := func() int64 {
		conn, err := tls.Dial("tcp", ln.Addr().String(), &tls.Config{RootCAs: authority.Pool()})
		require.NoError(t, err)
		defer conn.Close()
		return conn.ConnectionState().PeerCertificates[0].SerialNumber.Int64()
	}
	require.Equal(t, first, serial())
	_, _, second := authority.Issue(t, dir)
	require.Equal(t, second, serial())

	good, err := os.ReadFile(certFile)
	require.NoError(t, err)
	for i, broken := range []func(){
		func() { require.NoError(t, os.WriteFile(certFile, []byte("nothing"), 0o600)) },
		func() { require.NoError(t, os.WriteFile(certFile, good[:len(good)/2], 0o600)) },
		func() { require.NoError(t, os.Remove(certFile)) },
		func() {
			authority.Issue(t, dir)
			require.NoError(t, os.WriteFile(certFile, good, 0o600)) // the key belongs to another
		},
	} {
		before := said.Count("is of no use")
		broken()
		for range 5 {
			require.Equal(t, second, serial(), i)
		}
		require.LessOrEqual(t, said.Count("is of no use"), before+1, "told once")
	}
	require.GreaterOrEqual(t, said.Count("is of no use"), 3)
	_, _, last := authority.Issue(t, dir)
	require.Equal(t, last, serial(), "and goes on when it is repaired")
	require.Zero(t, said.Count("PRIVATE"))
}
