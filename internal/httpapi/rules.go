package httpapi

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"github.com/ungcuu/ungcuu/api"
	"github.com/ungcuu/ungcuu/internal/policy"
	"github.com/ungcuu/ungcuu/internal/regulation"
	"github.com/ungcuu/ungcuu/internal/store"
)

const rules = base + "/rules"

// listRules lists the rules that are in force in the province on a day.
//
// @Summary   Quy định đang có hiệu lực trong tỉnh · Rules in force in the province
// @Description Các quy định áp dụng cho sự kiện xảy ra vào ngày on (mặc định hôm nay), theo ngày bắt đầu của từng thời hạn. basis tìm trong tên văn bản và điều khoản. refusal chỉ hiện với quản trị hệ thống. · The rules for what starts on the day on (today when not given). basis looks in instrument and clause. refusal is shown to administrators alone.
// @Tags      rules
// @Param     filter  query     api.RuleFilter  false  "Lọc và trang · Filter and paging"
// @Success   200     {object}  api.RuleList
// @Router    /api/v1/rules [get]
func (s *Server) listRules(_ context.Context, x in[api.RuleFilter, none]) (out[api.RuleList], error) {
	book, on := s.rules.Province.Rules.Book(), orElse(x.query.On, today(x.At))
	wanted := store.Fold(x.query.Basis)
	list := slices.DeleteFunc(book.Rules(s.rules.Province.Slug, on), func(r regulation.Rule) bool {
		return x.query.ID != "" && r.ID != x.query.ID || !holdsWords(store.Fold(r.Basis()), wanted)
	})
	slices.SortStableFunc(list, func(a, b regulation.Rule) int { return cmp.Compare(a.ID, b.ID) })
	items, end := cut(x.page, list, func(r regulation.Rule) string { return r.ID })
	answer := api.RuleList{
		On: on, Book: book.Version(), Pack: orNull(book.PackOn(on)), Items: each(items, ruleView), Paged: end,
	}
	if answer.Pack == nil {
		answer.PackNote = &api.RuleText{
			VI: "Ngày này không có bộ quy định quốc gia nào có hiệu lực; chỉ còn quy định của tỉnh, nếu có.",
			EN: "No national pack is in force on this day; only rules of the province hold, if there are any.",
		}
	}
	if refused := s.rules.Refused(); refused != nil && x.By.Has(policy.Admin) {
		answer.Refusal = &api.RuleRefusal{At: stamp(refused.At), Problems: each(refused.Problems, func(p regulation.Problem) api.RuleProblem {
			return api.RuleProblem{File: p.File, Line: p.Line, Column: p.Column, Message: p.Message}
		})}
	}
	return reply(answer, nil)
}

// holdsWords reports whether every wanted word begins some word of the text.
func holdsWords(text, wanted []string) bool {
	for _, w := range wanted {
		if !slices.ContainsFunc(text, func(t string) bool { return strings.HasPrefix(t, w) }) {
			return false
		}
	}
	return true
}

// ruleFacts lists the facts that the trigger of a rule may ask for.
//
// @Summary   Dữ kiện mà quy định có thể hỏi · What the trigger of a rule may ask
// @Tags      rules
// @Param     filter  query     api.Paging  false  "Trang · Paging"
// @Success   200     {object}  api.RuleFactList
// @Router    /api/v1/rules/facts [get]
func (s *Server) ruleFacts(_ context.Context, x in[api.Paging, none]) (out[api.RuleFactList], error) {
	list, end := cut(x.page, regulation.FactTable, func(f regulation.Fact) string { return f.Name })
	return reply(api.RuleFactList{Items: each(list, func(f regulation.Fact) api.RuleFact {
		return api.RuleFact{
			Name: f.Name, Type: f.Type, Title: ruleText(f.Title), Source: f.Source, Values: filled(f.Values), RulesOnly: f.Rules,
		}
	}), Paged: end}, nil)
}

// ruleBooks lists every book of rules that ever came into force here.
//
// @Summary   Các bộ quy định đã từng dùng · Every book of rules that was in force
// @Tags      rules
// @Param     filter  query     api.Paging  false  "Trang · Paging"
// @Success   200     {object}  api.RuleBookList
// @Router    /api/v1/rules/books [get]
func (s *Server) ruleBooks(ctx context.Context, x in[api.Paging, none]) (out[api.RuleBookList], error) {
	all, err := s.rules.Books(ctx, x.By)
	list, end := cut(x.page, all, func(b store.RuleBook) string { return b.Version })
	return reply(api.RuleBookList{Items: each(list, func(b store.RuleBook) api.RuleBookHead {
		return api.RuleBookHead{Version: b.Version, FirstUsedAt: stamp(b.FirstUsedAt), InForce: b.InForce}
	}), Paged: end}, err)
}

// ruleBook reads a book of rules with all it was made of.
//
// @Summary   Văn bản của một bộ quy định · The texts of a book of rules
// @Description Trường book của mỗi nghĩa vụ dẫn tới đây. · The book of every obligation leads here.
// @Tags      rules
// @Success   200  {object}  api.RuleBook
// @Router    /api/v1/rules/books/{version} [get]
func (s *Server) ruleBook(ctx context.Context, x in[none, none]) (out[api.RuleBook], error) {
	b, files, err := s.rules.Book(ctx, x.By, x.sub)
	if err != nil {
		return out[api.RuleBook]{}, err
	}
	return reply(api.RuleBook{
		Version: b.Version, FirstUsedAt: stamp(b.FirstUsedAt), InForce: b.InForce,
		Files: each(files, func(f regulation.Source) api.RuleFile { return api.RuleFile{Name: f.Name, Text: string(f.Text)} }),
	}, nil)
}

func ruleText(t regulation.Text) api.RuleText { return api.RuleText{VI: t.VI, EN: t.EN} }

func ruleView(r regulation.Rule) api.Rule {
	return api.Rule{
		ID: r.ID, From: orNull(r.From), To: orNull(r.To), Pack: r.Pack, Instrument: r.Instrument, Clause: r.Clause,
		Confidence: r.Confidence, Title: ruleText(r.Title), Note: orNull(r.Note), Trigger: orNull(r.When),
		OwedBy: r.OwedBy, Told: filled(r.Told), Clock: clockView(r.Clock), Form: orNull(r.Form),
		FulfilledBy: filled(r.Ways), Channels: filled(r.Channels), BlocksClosure: r.BlocksClosure,
	}
}

func clockView(c regulation.Clock) api.RuleClock {
	out := api.RuleClock{
		Start: c.Start, Unit: c.Unit, Before: orNull(c.Before), Count: orNull(c.Count), Rollover: orNull(c.Rollover), Basis: orNull(c.Basis),
		Target: spanOf(c.Target), Warn: spanOf(c.Warn), Opens: spanOf(c.Opens),
	}
	if c.Value != 0 {
		out.Value = &c.Value
	}
	return out
}

// spanOf is a length of time as rules write it; null for none.
func spanOf(s regulation.Span) *string {
	if s.Duration == 0 {
		return nil
	}
	text := s.String()
	return &text
}
