using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Unicode;
using Marketplace.Contracts.Ordering.Api;
using Marketplace.Storefront.Accounts.Mails;
using Marketplace.Storefront.Accounts.Tokens;
using Marketplace.Storefront.Clients;
using Marketplace.Storefront.Languages;
using Marketplace.Storefront.Pages;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Storefront.Accounts;

/// <summary>GDPR articles 15, 17 and 20: one's data in a file, and the end of the account.</summary>
internal static class Leaving
{
    public sealed record Form
    {
        public string? Password { get; set; }
    }

    public sealed record Data(DateTimeOffset At, AccountData Account, IReadOnlyList<PasskeyData> Passkeys, IReadOnlyList<OrderListItem> Orders);
    public sealed record AccountData(string Name, string Email, string Language, DateTimeOffset CreatedAt);
    public sealed record PasskeyData(string? Name, DateTimeOffset CreatedAt);

    private static readonly JsonSerializerOptions _readable = new(JsonSerializerDefaults.Web) { WriteIndented = true, Encoder = JavaScriptEncoder.Create(UnicodeRanges.All) };

    public static void MapLeaving(this RouteGroupBuilder account)
    {
        var own = account.MapGroup("").RequireAuthorization();
        own.MapGet("/donnees", DownloadAsync);
        own.MapGet("/suppression", () => Page.Of<LeavePage, Complaints>(new Complaints()));
        own.MapPost("/suppression", DeleteAsync).RequireRateLimiting(AccountLimits.SigningIn);
    }

    private static async Task<IResult> DownloadAsync(HttpContext http, SignInDesk signIn, AccountDesk desk, OrderingClient ordering, TimeProvider clock, CancellationToken token)
    {
        if (await signIn.PersonAsync(http.User) is not { } person)
        {
            return await desk.GoneAsync();
        }
        var orders = new List<OrderListItem>();
        for (var number = 1; ; number++)
        {
            var page = await ordering.MineAsync(number, token);
            orders.AddRange(page.Items);
            if (page.Items.Count == 0 || orders.Count >= page.Total)
            {
                break;
            }
        }
        var data = new Data(clock.GetUtcNow(), new AccountData(person.Name, person.Email!, person.Language, person.CreatedAt),
            [.. (await desk.PasskeysAsync(person)).Select(p => new PasskeyData(p.Name, p.CreatedAt))], orders);
        return Results.File(JsonSerializer.SerializeToUtf8Bytes(data, _readable), "application/json", "mes-donnees.json");
    }

    private static async Task<IResult> DeleteAsync([FromForm] Form form, HttpContext http, UserManager<Person> people, AccountsDb accounts, SignInDesk signIn, AccountDesk desk,
        AccountLetters letters, MembershipDirectory memberships, TimeProvider clock, Ui ui)
    {
        if (await signIn.PersonAsync(http.User) is not { } person)
        {
            return await desk.GoneAsync();
        }
        if (!await signIn.AcceptsAsync(person, form.Password ?? ""))
        {
            return Page.Of<LeavePage, Complaints>(new Complaints().Add(nameof(form.Password), ui["account.password.mismatch"]), StatusCodes.Status422UnprocessableEntity);
        }
        await using (var together = await letters.TogetherAsync())
        {
            if (!(await people.DeleteAsync(person)).Succeeded)
            {
                // Deleted or changed elsewhere this very moment: only the first leaves nothing to say.
                return await accounts.Users.AsNoTracking().AnyAsync(p => p.Id == person.Id)
                    ? Page.Of<LeavePage, Complaints>(new Complaints().Add("", ui["account.changed"]), StatusCodes.Status409Conflict)
                    : await desk.GoneAsync();
            }
            await Departures.WriteAsync(accounts, person, clock.GetUtcNow());
            await letters.DeletedAsync(person);
            await together.CommitAsync();
        }
        memberships.Forget(person.Email!);
        await signIn.SignOutAsync();
        http.LeaveNothingBehind();
        return Results.LocalRedirect("/compte/connexion?fait=deleted");
    }
}
