using Marketplace.Contracts.Merchants.Api;
using Marketplace.Storefront.Accounts;
using Marketplace.Storefront.Accounts.Tokens;
using Marketplace.Storefront.Clients;
using Marketplace.Storefront.Languages;
using Marketplace.Storefront.Pages;
using Microsoft.AspNetCore.Mvc;

namespace Marketplace.Storefront.Merchants.Team;

/// <summary><c>/pro/{shop}/equipe</c>: who works in the shop and what they may do. For its owners.</summary>
public static class TeamDesk
{
    public sealed record Form
    {
        public string? Email { get; set; }
        public string? Role { get; set; }

        /// <summary>How the shop calls them.</summary>
        public string? Name { get; set; }
    }

    /// <param name="Form">Who was to be added, with what was typed.</param>
    /// <param name="Done">What was just done: the key of its text. It names nobody, for it comes by the page's address.</param>
    public sealed record Model(ProShop Shop, IReadOnlyList<StaffMember> Members, string You, Form Form, Complaints Complaints, string? Done);

    internal static readonly string[] Roles = ["owner", "staff", "read-only"];
    private static readonly string[] _done = ["added", "changed", "removed"];

    internal static void MapTeam(this RouteGroupBuilder shop)
    {
        var team = shop.MapGroup("/equipe");
        team.MapGet("", (HttpContext http, MerchantsClient merchants, string? fait, CancellationToken token) =>
            ShowAsync(http, merchants, new Form { Role = "staff" }, new Complaints(), _done.Contains(fait) ? "pro.team.done." + fait : null, token)).OnlyOwners();
        team.MapPost("", AddAsync).OnlyOwners();
        team.MapPost("/role", ChangeAsync).OnlyOwners();
        team.MapPost("/retrait", RemoveAsync).OnlyOwners();
    }

    private static async Task<IResult> ShowAsync(HttpContext http, MerchantsClient merchants, Form form, Complaints complaints, string? done, CancellationToken token) =>
        Page.Of<TeamPage, Model>(
            new Model(http.ProShop(), await merchants.StaffAsync(http.ProShop().Slug, token), http.User.SignedIn()!.Email, form, complaints, done),
            complaints.Any ? StatusCodes.Status422UnprocessableEntity : StatusCodes.Status200OK);

    private static async Task<IResult> AddAsync([FromForm] Form form, HttpContext http, MerchantsClient merchants, MembershipDirectory memberships, Ui ui, CancellationToken token)
    {
        var email = Inputs.Clean(form.Email);
        var complaints = new Complaints();
        complaints.CheckEmail(ui, nameof(form.Email), email);
        if (!complaints.Any && await IsMemberAsync(email, http, merchants, token))
        {
            complaints.Add(nameof(form.Email), ui["pro.team.known"]);
        }
        return complaints.Any ? await ShowAsync(http, merchants, form, complaints, null, token) : await PutAsync(form, email, "added", http, merchants, memberships, ui, token);
    }

    // On an older page of another owner: who was removed meanwhile does not come back by a change of their role.
    private static async Task<IResult> ChangeAsync([FromForm] Form form, HttpContext http, MerchantsClient merchants, MembershipDirectory memberships, Ui ui, CancellationToken token)
    {
        var email = Inputs.Clean(form.Email);
        return await IsMemberAsync(email, http, merchants, token) ? await PutAsync(form, email, "changed", http, merchants, memberships, ui, token)
            : await ShowAsync(http, merchants, new Form { Role = "staff" }, new Complaints().Add("", ui["pro.team.gone"]), null, token);
    }

    private static async Task<bool> IsMemberAsync(string email, HttpContext http, MerchantsClient merchants, CancellationToken token) =>
        (await merchants.StaffAsync(http.ProShop().Slug, token)).Any(m => string.Equals(m.Email, email, StringComparison.OrdinalIgnoreCase));

    private static async Task<IResult> PutAsync(
        Form form, string email, string done, HttpContext http, MerchantsClient merchants, MembershipDirectory memberships, Ui ui, CancellationToken token) =>
        await AfterAsync(await merchants.PutStaffAsync(http.ProShop().Slug, new StaffMember(email, form.Role ?? "", Inputs.Clean(form.Name)), token), form, email, done, http, merchants, memberships, ui, token);

    private static async Task<IResult> RemoveAsync([FromForm] Form form, HttpContext http, MerchantsClient merchants, MembershipDirectory memberships, Ui ui, CancellationToken token)
    {
        var email = Inputs.Clean(form.Email);
        return await AfterAsync(await merchants.RemoveStaffAsync(http.ProShop().Slug, email, token), form, email, "removed", http, merchants, memberships, ui, token);
    }

    private static async Task<IResult> AfterAsync(
        Answer<StaffMember> answer, Form form, string email, string done, HttpContext http, MerchantsClient merchants, MembershipDirectory memberships, Ui ui, CancellationToken token)
    {
        if (!answer.Ok)
        {
            return await ShowAsync(http, merchants, done == "added" ? form : new Form { Role = "staff" }, new Complaints().Add(done != "added" ? "" : answer.Problem!.Extension<string>("field") == "name" ? nameof(form.Name) : nameof(form.Email), answer.Problem!.Detail ?? ui["pro.refused.unknown"]), null, token);
        }
        memberships.Forget(email);
        // Who gave up their own place has no page here any more.
        return new SeeOther(string.Equals(email, http.User.SignedIn()!.Email, StringComparison.OrdinalIgnoreCase) ? "/pro"
            : $"/pro/{http.ProShop().Slug}/equipe" + LocalUrl.Query(("fait", done)).ToUriComponent());
    }
}
