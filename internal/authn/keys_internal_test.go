package authn

import (
	"encoding/base64"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestAKidIsTheThumbprintOfTheKey(t *testing.T) {
	pub, err := base64.RawURLEncoding.DecodeString("11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo") // RFC 8037 A.2
	require.NoError(t, err)
	require.Equal(t, "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k", thumbprint(pub)) // A.3
}
