package main

import (
	"context"
	"errors"
	"os"

	"github.com/ungcuu/ungcuu/internal/app"
	"github.com/ungcuu/ungcuu/internal/secret"
)

// admin keeps the registry from the machine itself.
type admin struct {
	Data        string      `env:"UNGCUU_DATA" default:"./data" help:"Data folder."`
	DatabaseURL secret.Text `env:"UNGCUU_DATABASE_URL" help:"postgres://… ; empty: SQLite in the data folder."`
	Province    string      `env:"UNGCUU_PROVINCE" default:"son-la" help:"Profile of the province."`
	As          string      `default:"admin" help:"The account that acts; events say that it was done at the console."`
	JSON        bool        `name:"json" help:"Print JSON instead of tables."`

	Agency  agencyCommands  `cmd:"" help:"Cơ quan · Agencies."`
	Contact contactCommands `cmd:"" help:"Đầu mối · Contacts."`
	User    userCommands    `cmd:"" help:"Người dùng · People."`
}

// at opens the console for one command.
func (a *admin) at(ctx context.Context, do func(k *app.Console) error) error {
	k, err := app.OpenConsole(ctx, app.Config{Data: a.Data, DatabaseURL: a.DatabaseURL, Province: a.Province}, a.As, a.JSON, os.Stdout, logger("warn"))
	if err != nil {
		return err
	}
	return errors.Join(do(k), k.Close())
}

type agencyCommands struct {
	List      agencyList      `cmd:"" help:"The registry, as it stood on a day."`
	Add       agencyAdd       `cmd:"" help:"Add an agency."`
	Role      agencyRole      `cmd:"" help:"Give an agency a role."`
	End       agencyEnd       `cmd:"" help:"End an agency, or one of its roles, on a day."`
	Successor agencySuccessor `cmd:"" help:"Say who takes over from an agency."`
}

type agencyList struct {
	On string `help:"YYYY-MM-DD; today when not given."`
}

func (c *agencyList) Run(ctx context.Context, a *admin) error {
	return a.at(ctx, func(k *app.Console) error { return k.Agencies(ctx, c.On) })
}

type agencyAdd struct {
	Code   string `arg:"" help:"Lower-case letters, digits, hyphens."`
	Name   string `arg:""`
	NameEN string `name:"name-en"`
	Parent string `help:"Code of the agency above."`
	From   string `help:"YYYY-MM-DD; since ever when not given."`
}

func (c *agencyAdd) Run(ctx context.Context, a *admin) error {
	return a.at(ctx, func(k *app.Console) error { return k.AddAgency(ctx, c.Code, c.Name, c.NameEN, c.Parent, c.From) })
}

type agencyRole struct {
	Code  string `arg:""`
	Role  string `arg:"" help:"team, police, military, national_coordinator, owner, operator, provider, leadership, data_protection_authority or security_system_owner."`
	From  string `required:"" help:"YYYY-MM-DD."`
	To    string `help:"YYYY-MM-DD, the first day without it."`
	Basis string `required:"" help:"The document it rests on."`
}

func (c *agencyRole) Run(ctx context.Context, a *admin) error {
	return a.at(ctx, func(k *app.Console) error { return k.GiveAgencyRole(ctx, c.Code, c.Role, c.From, c.To, c.Basis) })
}

type agencyEnd struct {
	Code  string `arg:""`
	Role  string `help:"End this role alone."`
	On    string `required:"" help:"YYYY-MM-DD, the first day without it."`
	Basis string `required:"" help:"The document it rests on."`
}

func (c *agencyEnd) Run(ctx context.Context, a *admin) error {
	return a.at(ctx, func(k *app.Console) error { return k.EndAgency(ctx, c.Code, c.Role, c.On, c.Basis) })
}

type agencySuccessor struct {
	Code      string `arg:""`
	Successor string `arg:"" help:"Code of the agency that takes over."`
	On        string `required:"" help:"YYYY-MM-DD."`
	Matter    string `help:"What it takes over; everything when not given."`
	Basis     string `required:"" help:"The document it rests on."`
}

func (c *agencySuccessor) Run(ctx context.Context, a *admin) error {
	return a.at(ctx, func(k *app.Console) error { return k.AddSuccessor(ctx, c.Code, c.Successor, c.On, c.Matter, c.Basis) })
}

type contactCommands struct {
	List    contactList    `cmd:"" help:"The contacts in force."`
	Add     contactAdd     `cmd:"" help:"Add a contact."`
	Confirm contactConfirm `cmd:"" help:"Record that a contact was tried today."`
	Stale   contactStale   `cmd:"" help:"The contacts that cannot be relied on."`
}

type contactList struct {
	Agency string `help:"Code of one agency."`
}

func (c *contactList) Run(ctx context.Context, a *admin) error {
	return a.at(ctx, func(k *app.Console) error { return k.Contacts(ctx, c.Agency) })
}

type contactAdd struct {
	Agency   string `arg:"" help:"Code."`
	Name     string `arg:""`
	Kind     string `default:"desk" enum:"desk,person" help:"desk or person."`
	Position string
	Phone    string
	Email    string
	Duty     bool `help:"Takes calls at any hour."`
}

func (c *contactAdd) Run(ctx context.Context, a *admin) error {
	return a.at(ctx, func(k *app.Console) error {
		return k.AddContact(ctx, c.Agency, c.Kind, c.Name, c.Position, c.Phone, c.Email, c.Duty)
	})
}

type contactConfirm struct {
	ID string `arg:""`
}

func (c *contactConfirm) Run(ctx context.Context, a *admin) error {
	return a.at(ctx, func(k *app.Console) error { return k.ConfirmContact(ctx, c.ID) })
}

type contactStale struct{}

func (contactStale) Run(ctx context.Context, a *admin) error {
	return a.at(ctx, func(k *app.Console) error { return k.StaleContacts(ctx) })
}

type userCommands struct {
	List     userList     `cmd:"" help:"Everyone."`
	Add      userAdd      `cmd:"" help:"Add a person; the password is printed once."`
	Disable  userDisable  `cmd:"" help:"Lock an account."`
	Enable   userEnable   `cmd:"" help:"Open an account again that was disabled, or idle for 45 days."`
	Password userPassword `cmd:"" help:"Give an account a new password, printed once."`
	Grant    userGrant    `cmd:"" help:"Give a person a role, confirmed at once."`
	EndGrant userEndGrant `cmd:"" name:"end-grant" help:"End a role of a person."`
	Factor   userFactor   `cmd:"" name:"reset-second-factor" help:"Take an account's second factor away, at once."`
	Review   userReview   `cmd:"" help:"The half-yearly review of who may do what."`
}

type userList struct{}

func (userList) Run(ctx context.Context, a *admin) error {
	return a.at(ctx, func(k *app.Console) error { return k.Users(ctx) })
}

type userAdd struct {
	Username string `arg:""`
	Name     string `arg:"" help:"Full name."`
	Agency   string `required:"" help:"Code of the agency they act for."`
	Home     string `help:"Code of the agency that employs a member of the team."`
	Role     string `help:"A role to give at once: officer, lead, liaison, reporter, leader, auditor, agency_admin or admin; needs --basis."`
	Basis    string `help:"The document the role rests on."`
}

func (c *userAdd) Run(ctx context.Context, a *admin) error {
	return a.at(ctx, func(k *app.Console) error {
		return k.AddUser(ctx, c.Username, c.Name, c.Agency, c.Home, c.Role, c.Basis)
	})
}

type userDisable struct {
	Username string `arg:""`
	Reason   string `required:""`
	Document string `help:"Another basis, as free text."`
	Number   string `help:"Number of the written notice that the person leaves."`
	Date     string `help:"Its date, YYYY-MM-DD."`
}

func (c *userDisable) Run(ctx context.Context, a *admin) error {
	return a.at(ctx, func(k *app.Console) error {
		return k.DisableUser(ctx, c.Username, c.Reason, c.Document, c.Number, c.Date)
	})
}

type userEnable struct {
	Username string `arg:""`
	Reason   string `required:""`
}

func (c *userEnable) Run(ctx context.Context, a *admin) error {
	return a.at(ctx, func(k *app.Console) error { return k.EnableUser(ctx, c.Username, c.Reason) })
}

type userPassword struct {
	Username string `arg:""`
}

func (c *userPassword) Run(ctx context.Context, a *admin) error {
	return a.at(ctx, func(k *app.Console) error { return k.ResetPassword(ctx, c.Username) })
}

type userFactor struct {
	Username string `arg:""`
}

func (c *userFactor) Run(ctx context.Context, a *admin) error {
	return a.at(ctx, func(k *app.Console) error { return k.ResetFactor(ctx, c.Username) })
}

type userReview struct {
	Username string `arg:"" optional:"" help:"Record that this account was reviewed; without it the list is printed."`
	Due      bool   `help:"Only whose review is due."`
	Note     string
}

func (c *userReview) Run(ctx context.Context, a *admin) error {
	return a.at(ctx, func(k *app.Console) error {
		if c.Username == "" {
			return k.Reviews(ctx, c.Due)
		}
		return k.RecordReview(ctx, c.Username, c.Note)
	})
}

type userGrant struct {
	Username string `arg:""`
	Role     string `arg:"" help:"officer, lead, liaison, reporter, leader, auditor, agency_admin or admin."`
	From     string `help:"YYYY-MM-DD; today when not given."`
	To       string `help:"YYYY-MM-DD, the first day without it."`
	Basis    string `required:"" help:"The document it rests on."`
}

func (c *userGrant) Run(ctx context.Context, a *admin) error {
	return a.at(ctx, func(k *app.Console) error { return k.Grant(ctx, c.Username, c.Role, c.From, c.To, c.Basis) })
}

type userEndGrant struct {
	Username string `arg:""`
	Role     string `arg:""`
	On       string `help:"YYYY-MM-DD, the first day without it; today when not given."`
	Reason   string `required:""`
}

func (c *userEndGrant) Run(ctx context.Context, a *admin) error {
	return a.at(ctx, func(k *app.Console) error { return k.EndGrant(ctx, c.Username, c.Role, c.On, c.Reason) })
}
