package incident

// DeskID is who acts where nobody does: the desk itself. It is no account, and its agency is the
// team. People read it as «Hệ thống».
const DeskID = "00000000-0000-0000-0000-000000000000"
