package app_test

import (
	"bufio"
	"context"
	"crypto/tls"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ungcuu/ungcuu/internal/app"
	"github.com/ungcuu/ungcuu/internal/app/apptest"
)

func TestTheAPISpeaksTLSAndRenewsItsCertificateWithoutARestart(t *testing.T) {
	t.Parallel()
	authority, dir := apptest.NewAuthority(t), t.TempDir()
	cfg := measured(t, demo(t))
	var first int64
	cfg.TLSCert, cfg.TLSKey, first = authority.Issue(t, dir)
	log, addr, ended := &lockedBuffer{}, make(chan string, 1), make(chan error, 1)
	ctx, stop := context.WithCancel(context.Background())
	go func() {
		ended <- app.Run(ctx, cfg, slog.New(slog.NewJSONHandler(log, nil)), io.Discard, func(a string) { addr <- a })
	}()
	defer func() {
		stop()
		require.NoError(t, <-ended)
	}()
	cfg.Addr = <-addr
	require.Contains(t, log.String(), `"msg":"listening","addr":"`+cfg.Addr+`","scheme":"https"`)
	require.Eventually(t, func() bool { return app.Health(t.Context(), cfg) == nil }, 60*time.Second, 10*time.Millisecond, "health asks by TLS")

	c := &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: authority.Pool()}, DisableKeepAlives: true}}
	resp, err := c.Get("https://" + cfg.Addr + "/healthz")
	require.NoError(t, err)
	require.NoError(t, resp.Body.Close())
	require.Equal(t, http.StatusOK, resp.StatusCode)
	require.Equal(t, "max-age=31536000", resp.Header.Get("Strict-Transport-Security"))
	require.GreaterOrEqual(t, resp.TLS.Version, uint16(tls.VersionTLS12))
	require.Contains(t, figures(t, cfg.MetricsAddr), "ungcuu_database_up", "the metrics stay as they are")

	serial := func(config *tls.Config) (int64, error) {
		config.RootCAs = authority.Pool()
		conn, err := (&tls.Dialer{Config: config}).DialContext(t.Context(), "tcp", cfg.Addr)
		if err != nil {
			return 0, err
		}
		defer conn.Close()
		return conn.(*tls.Conn).ConnectionState().PeerCertificates[0].SerialNumber.Int64(), nil
	}
	for _, old := range []uint16{tls.VersionTLS10, tls.VersionTLS11} {
		_, err = serial(&tls.Config{MinVersion: old, MaxVersion: old})
		require.ErrorContains(t, err, "protocol version", tls.VersionName(old))
	}
	for _, version := range []uint16{tls.VersionTLS12, tls.VersionTLS13} {
		n, err := serial(&tls.Config{MinVersion: version, MaxVersion: version})
		require.NoError(t, err)
		require.Equal(t, first, n)
	}
	conn, err := net.Dial("tcp", cfg.Addr)
	require.NoError(t, err)
	defer conn.Close()
	_, err = io.WriteString(conn, "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
	require.NoError(t, err)
	line, err := bufio.NewReader(conn).ReadString('\n')
	require.NoError(t, err)
	require.Contains(t, line, "400", "plain HTTP is no way in")

	_, _, second := authority.Issue(t, dir)
	require.Eventually(t, func() bool {
		n, err := serial(&tls.Config{})
		return err == nil && n == second
	}, 60*time.Second, 10*time.Millisecond)
	require.NoError(t, os.WriteFile(cfg.TLSCert, []byte("broken"), 0o600))
	require.Eventually(t, func() bool {
		n, err := serial(&tls.Config{})
		require.NoError(t, err)
		require.Equal(t, second, n)
		return strings.Contains(log.String(), "the new certificate is of no use")
	}, 60*time.Second, 10*time.Millisecond)
	require.NoError(t, app.Health(t.Context(), cfg))
}

func TestEveryMistakeInTheSettingsOfTheEdgesIsToldAtOnce(t *testing.T) {
	cfg := demo(t)
	cfg.TLSCert = filepath.Join(t.TempDir(), "tls.pem")
	cfg.TrustedProxies = []string{"10.0.0.5", "10.1.0.0/24", "fd00::/8", "10.0.0.1/8", "proxy.example", "0.0.0.0/0", "::ffff:10.0.0.0/104"}
	cfg.OutboundAllow = []string{"idp.example.vn:8443", "idp.example.vn", "0.0.0.0/0:443"}
	cfg.NATSRelayURL, cfg.NATSNotifyURL = "tls://relay:canary@broker:4222", "http://notify:canary@broker"
	err := cfg.Check()
	for _, told := range []string{
		"UNGCUU_TLS_CERT, UNGCUU_TLS_KEY: both or none", `UNGCUU_TRUSTED_PROXIES: "10.0.0.1/8"`, `"proxy.example"`, `"0.0.0.0/0"`, `"::ffff:10.0.0.0/104"`,
		`UNGCUU_OUTBOUND_ALLOW: "idp.example.vn"`, `"0.0.0.0/0:443"`, "UNGCUU_NATS_NOTIFY_URL", "UNGCUU_NATS_URL: no broker is named for ledger",
	} {
		require.ErrorContains(t, err, told)
	}
	require.NotContains(t, err.Error(), "canary")
	for _, right := range []string{`"10.0.0.5"`, `"10.1.0.0/24"`, `"fd00::/8"`, `"idp.example.vn:8443"`} {
		require.NotContains(t, err.Error(), right)
	}
	cfg = demo(t)
	cfg.TLSCert, cfg.TLSKey = "/nowhere/tls.pem", "/nowhere/tls-key.pem"
	require.ErrorContains(t, cfg.Check(), "UNGCUU_TLS_CERT, UNGCUU_TLS_KEY: open /nowhere/tls.pem")

	for only, broker := range map[string]string{"relay": "", "notify,ledger": "", "relay,notify,ledger": "whole", "api": "whole", "": "whole"} {
		cfg = demo(t)
		if only != "" {
			cfg.Only = strings.Split(only, ",")
		}
		err := cfg.Check()
		if broker == "whole" {
			require.NoError(t, err, only)
		} else {
			require.ErrorContains(t, err, "must run relay, notify and ledger together", only)
		}
	}
	cfg.Only = []string{"notify", "ledger"}
	cfg.NATSNotifyURL, cfg.NATSLedgerURL = "tls://notify:x@broker:4222", "tls://ledger:x@broker:4222"
	require.NoError(t, cfg.Check())
}
