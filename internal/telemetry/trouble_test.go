package telemetry_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ungcuu/ungcuu/internal/fault"
	"github.com/ungcuu/ungcuu/internal/telemetry"
)

func TestTroubleIsToldOncePerChangeOfStateAndTheWaitIsBounded(t *testing.T) {
	var out bytes.Buffer
	trouble := telemetry.NewTrouble(slog.New(slog.NewTextHandler(&out, nil)), "relay", time.Second, 4*time.Second)
	now := time.Unix(0, 0)
	trouble.Over(now)
	require.Empty(t, out.String())

	away := fault.New(fault.Unavailable, "vi", "en")
	var waits []time.Duration
	for i := range 5 {
		waits = append(waits, trouble.Failed(away, now.Add(time.Duration(i)*time.Second)))
	}
	require.Equal(t, []time.Duration{1e9, 2e9, 4e9, 4e9, 4e9}, waits)
	require.Equal(t, 1, strings.Count(out.String(), "level=WARN"))
	trouble.Failed(errors.New("a bug"), now.Add(2*time.Minute))
	require.Equal(t, 1, strings.Count(out.String(), "level=ERROR"))
	trouble.Over(now.Add(3 * time.Minute))
	trouble.Over(now.Add(4 * time.Minute))
	require.Equal(t, 1, strings.Count(out.String(), "relay goes on"))
	require.Equal(t, time.Second, trouble.Failed(away, now), "the wait starts anew")
}

func TestAPauseEndsWithItsContextOrWhenWoken(t *testing.T) {
	wake := make(chan struct{}, 1)
	wake <- struct{}{}
	require.True(t, telemetry.Pause(t.Context(), time.Hour, wake))
	require.True(t, telemetry.Pause(t.Context(), time.Nanosecond, nil))
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	require.False(t, telemetry.Pause(ctx, time.Hour, nil))
}
