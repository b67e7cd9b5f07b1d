package incident

// DeskID is the desk itself as the one who acted, where nobody asked: the law's clock ran out, or
// the rules were replaced. No account has it.
const DeskID = "00000000-0000-0000-0000-000000000000"

// DeskName is what officers read for DeskID.
const DeskName = "Hệ thống"

// Desk is the desk itself, which acts for the team.
func Desk(teamID string) By { return By{UserID: DeskID, AgencyID: teamID, Name: DeskName} }
