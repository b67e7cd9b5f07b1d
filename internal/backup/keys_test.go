package backup

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ungcuu/ungcuu/internal/store"
)

func TestARestoredDeskHonoursNoSigningKeyOfBefore(t *testing.T) {
	each(t, func(d *desk) {
		now := time.Now().UTC()
		require.NoError(d, d.src.Store.Write(d.Context(), func(_ context.Context, tx *store.Tx) error {
			return tx.AddTokenKey(&store.TokenKey{KID: "k", PublicKey: "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo", ValidFrom: now, ValidUntil: now.Add(24 * time.Hour)})
		}))
		to := d.target()
		require.NoError(d, d.restore(d.backup(), to))
		st, err := store.Open(d.Context(), store.Config{DataDir: to.DataDir, DatabaseURL: to.DatabaseURL}, log)
		require.NoError(d, err)
		keys, err := st.Read(d.Context()).TokenKeys(now)
		require.NoError(d, err)
		require.Empty(d, keys, "whoever got hold of a backup has its private keys")
		require.NoError(d, st.Close())
	})
}
