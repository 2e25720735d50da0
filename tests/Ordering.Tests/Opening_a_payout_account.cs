using System.Net;
using System.Reflection;
using System.Text.Json;
using Marketplace.Contracts.Ordering.Api;
using Marketplace.Ordering.Payments;
using Marketplace.Ordering.Payouts;
using Marketplace.ServiceDefaults.Shops;
using Marketplace.StripeSimulator.Tests;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using static Marketplace.Ordering.Tests.OrderingHost;

namespace Marketplace.Ordering.Tests;

/// <summary>A shop opens the account to which its money goes: once, whatever is pressed twice or dies, and knows at any time what is asked of it.</summary>
public sealed class Opening_a_payout_account(PayingHost host) : IClassFixture<PayingHost>
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Its_owner_opens_it_answers_the_questions_and_is_sold_from_by_card()
    {
        var shop = await host.ShopAsync();
        host.AskedAbout.Add(shop.Id);
        (await ReadAccountAsync(shop)).ShouldSatisfyAllConditions(a => a.State.ShouldBe("none"), a => a.ReadAt.ShouldBeNull());
        (await LinkAsync(shop)).StatusCode.ShouldBe(HttpStatusCode.Conflict);
        (await ProblemAsync(await LinkAsync(shop))).Code.ShouldBe("account-missing");
        (await OfferedAsync(shop)).ShouldBe([shop.Slug], "nobody's money is taken in for who cannot have it");

        var opened = await OpenAsync(shop);
        (opened.State, opened.CanReceive, opened.PaysOut).ShouldBe(("unfinished", false, false));
        opened.Due.ShouldContain("external_account");
        (await OfferedAsync(shop)).ShouldBe([shop.Slug]);

        // Left unfinished: it stands as it stood, and another link goes on.
        await host.Stripe.PressAsync(await FollowAsync(shop), ("answer", "later"));
        (await ReadAccountAsync(shop, "?look=true")).State.ShouldBe("unfinished");
        var link = await FollowAsync(shop);
        (await host.Stripe.SeeAsync(link)).Html.ShouldContain("Recevoir vos paiements");
        (await host.Stripe.PressAsync(link, ("answer", "done"))).To.ShouldBe($"https://panier.example/pro/{shop.Slug}/argent/compte?retour=1");
        (await ReadAccountAsync(shop, "?look=true")).ShouldSatisfyAllConditions(a => (a.State, a.CanReceive, a.PaysOut).ShouldBe(("ready", true, true)), a => a.Due.ShouldBeEmpty());
        (await ReadAccountAsync(shop)).State.ShouldBe("ready", "what was read is kept");
        (await OfferedAsync(shop)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Pressed_by_several_at_once_it_is_opened_once()
    {
        var shop = await host.ShopAsync();
        var opened = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => OpenAsync(shop)));
        opened.ShouldAllBe(a => a.State == "unfinished");
        await OpenAsync(shop);
        (await AtStripeAsync(shop)).Count.ShouldBe(1);
    }

    // Before the call is made, or once it is done there and nobody here knows.
    [Theory, InlineData(false), InlineData(true)]
    public async Task Who_dies_between_the_call_and_its_note_is_followed_by_the_same_account(bool after)
    {
        var shop = await host.ShopAsync();
        host.Deaths.Await(2, after); // it is looked for, then opened
        (await host.Member(shop, "owner").PutAsync(Path(shop), null, Token)).StatusCode.ShouldBe(HttpStatusCode.InternalServerError);
        host.Deaths.Died.ShouldBeTrue();
        (await AtStripeAsync(shop)).Count.ShouldBe(after ? 1 : 0);
        (await OpenAsync(shop)).State.ShouldBe("unfinished");
        (await AtStripeAsync(shop)).Count.ShouldBe(1);
    }

    // After so long no key is remembered there: it is looked for before it is asked for anew.
    [Fact]
    public async Task What_was_asked_for_days_ago_and_never_heard_of_is_found()
    {
        var shop = await host.ShopAsync();
        host.Deaths.Await(2, after: true);
        await host.Member(shop, "owner").PutAsync(Path(shop), null, Token);
        await host.PassAsync(TimeSpan.FromDays(3));
        (await OpenAsync(shop)).State.ShouldBe("unfinished");
        (await AtStripeAsync(shop)).Count.ShouldBe(1);
    }

    [Fact]
    public async Task Where_the_other_side_does_not_answer_nothing_is_lost_and_it_says_so()
    {
        var shop = await host.ShopAsync();
        await host.Stripe.ControlAsync("/faults", new { count = 3, method = "POST", path = "/v1/accounts", when = "after", status = 500 });
        (await ProblemAsync(await host.Member(shop, "owner").PutAsync(Path(shop), null, Token))).Code.ShouldBe("account-unavailable");
        (await OpenAsync(shop)).State.ShouldBe("unfinished");
        (await AtStripeAsync(shop)).Count.ShouldBe(1);
    }

    [Fact]
    public async Task What_the_other_side_tells_twice_and_in_any_order_is_looked_up()
    {
        var shop = await host.ShopAsync();
        await OpenAsync(shop);
        var account = (await AtStripeAsync(shop)).Single().GetProperty("id").GetString()!;
        await host.Stripe.ControlAsync($"/accounts/{account}", new { complete = true });
        await TellAsync(account, "evt_completed");
        await StandsAsync(shop, "ready");
        await host.Stripe.ControlAsync($"/accounts/{account}", new { currentlyDue = new[] { "individual.verification.document" }, deadlineInSeconds = 86_400 });
        await TellAsync(account, "evt_restricted");
        (await StandsAsync(shop, "asked")).ShouldSatisfyAllConditions(a => a.Due.ShouldBe(["individual.verification.document"]), a => a.Deadline.ShouldNotBeNull(), a => a.CanReceive.ShouldBeTrue());
        // The older one once more, last: what stands is what is read.
        await TellAsync(account, "evt_completed");
        await TellAsync(account, "evt_restricted");
        await Eventually.BecomesAsync(async () => await host.ScalarAsync<long>("select readings from payout_accounts where shop_id = $1", shop.Id.Value) > 3, TimeSpan.FromSeconds(20));
        (await ReadAccountAsync(shop)).State.ShouldBe("asked");
        await host.Stripe.ControlAsync($"/accounts/{account}", new { currentlyDue = new[] { "individual.verification.document" }, disabledReason = "requirements.past_due" });
        await TellAsync(account);
        (await StandsAsync(shop, "overdue")).ShouldSatisfyAllConditions(a => a.CanReceive.ShouldBeFalse(), a => a.Reason.ShouldBe("requirements.past_due"));
        await host.Stripe.ControlAsync($"/accounts/{account}", new { disabledReason = "rejected.fraud" });
        await TellAsync(account);
        await StandsAsync(shop, "refused");
    }

    [Fact]
    public async Task Events_of_accounts_are_believed_under_their_own_secret_and_the_platforms_and_under_no_other()
    {
        var id = $"evt_{Guid.NewGuid():N}";
        (await ProblemAsync(await host.TellOfAccountAsync("acct_1", id: id, secret: "whsec_of_somebody"))).Code.ShouldBe("signature-refused");
        (await host.ScalarAsync<long>("select count(*) from payment_events where event_id = $1", id)).ShouldBe(0);
        await TellAsync("acct_1", id);
        (await host.ScalarAsync<string>("select account_id from payment_events where event_id = $1", id)).ShouldBe("acct_1");
        (await host.TellOfAccountAsync("acct_1", secret: Simulator.Secret)).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        // What could lead elsewhere is no account's name.
        (await host.TellOfAccountAsync("acct_1/../../v1/refunds", id: id + "x")).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        (await host.ScalarAsync<long>("select count(*) from payment_events where event_id = $1 and account_id is null", id + "x")).ShouldBe(1);
    }

    // A webhook that never comes is made up for.
    [Fact]
    public async Task It_is_looked_at_from_time_to_time()
    {
        var shop = await host.ShopAsync();
        await OpenAsync(shop);
        await host.Stripe.ControlAsync($"/accounts/{(await AtStripeAsync(shop)).Single().GetProperty("id").GetString()}", new { complete = true });
        host.Clock.Pass(TimeSpan.FromHours(1));
        await StandsAsync(shop, "ready");
    }

    // Opened by hand, or by a version from before: nobody told.
    [Fact]
    public async Task One_that_stands_there_already_is_the_shops()
    {
        var shop = await host.ShopAsync();
        host.AskedAbout.Add(shop.Id);
        await host.AccountAsync(shop);
        (await ReadAccountAsync(shop)).State.ShouldBe("ready");
        await OpenAsync(shop);
        (await AtStripeAsync(shop)).Count.ShouldBe(1);
    }

    // Two read at once, the first of them for a long time: what it brings is older than what stands.
    [Fact]
    public async Task A_reading_that_comes_late_undoes_no_later_one()
    {
        var shop = await host.ShopAsync();
        await OpenAsync(shop);
        var account = (await AtStripeAsync(shop)).Single().GetProperty("id").GetString()!;
        var late = DispatchProxy.Create<IPaymentGateway, LateGateway>();
        ((LateGateway)(object)late).Inner = host.App.Services.GetRequiredService<IPaymentGateway>();
        var accounts = new PayoutAccounts(late, new Purchases.Retrying(host.Clock), host.Database, host.Clock, NullLogger<PayoutAccounts>.Instance);
        var slow = accounts.LookAsync(account, Token);
        await ((LateGateway)(object)late).Read.Task.WaitAsync(TimeSpan.FromSeconds(20), Token);
        await host.Stripe.ControlAsync($"/accounts/{account}", new { complete = true });
        await host.App.Services.GetRequiredService<PayoutAccounts>().LookAsync(account, Token);
        ((LateGateway)(object)late).Answer.SetResult();
        await slow;
        (await ReadAccountAsync(shop)).State.ShouldBe("ready");
    }

    private static string Path(ShopEntry shop) => $"/api/v1/shops/{shop.Slug}/money/account";

    private async Task<PayoutAccount> ReadAccountAsync(ShopEntry shop, string query = "") => await ReadAsync<PayoutAccount>(await host.Member(shop, "owner").GetAsync(Path(shop) + query, Token));

    private async Task<PayoutAccount> OpenAsync(ShopEntry shop) => await ReadAsync<PayoutAccount>(await host.Member(shop, "owner").PutAsync(Path(shop), null, Token));

    private Task<HttpResponseMessage> LinkAsync(ShopEntry shop) => host.Member(shop, "owner").PostAsync(Path(shop) + "/link", null, Token);

    private async Task<string> FollowAsync(ShopEntry shop) => (await ReadAsync<PayoutAccountLink>(await LinkAsync(shop))).Url;

    private async Task TellAsync(string account, string? id = null) => (await host.TellOfAccountAsync(account, id: id)).StatusCode.ShouldBe(HttpStatusCode.NoContent);

    private async Task<PayoutAccount> StandsAsync(ShopEntry shop, string state)
    {
        PayoutAccount? read = null;
        await Eventually.BecomesAsync(async () => (read = await ReadAccountAsync(shop)).State == state, TimeSpan.FromSeconds(30), state);
        return read!;
    }

    private async Task<IReadOnlyList<string>> OfferedAsync(ShopEntry shop)
    {
        host.Clock.Pass(TimeSpan.FromMinutes(6));
        return (await ReadAsync<CardPayment>(await host.Anonymous.GetAsync($"/api/v1/payments/card?shops={shop.Slug}", Token))).Without;
    }

    private async Task<List<JsonElement>> AtStripeAsync(ShopEntry shop) =>
        [.. (await host.Stripe.StripeAsync("/v1/accounts?limit=100")).GetProperty("data").EnumerateArray().Where(a => a.GetProperty("metadata").TryGetProperty("shop", out var of) && of.GetString() == shop.Id.ToString())];

    /// <summary>Its readings of accounts are made at once, and answered when they are let.</summary>
    public class LateGateway : DispatchProxy
    {
        internal IPaymentGateway Inner { get; set; } = null!;

        internal TaskCompletionSource Read { get; } = new();

        internal TaskCompletionSource Answer { get; } = new();

        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) =>
            targetMethod!.Name == nameof(IPaymentGateway.ReadAccountAsync) ? LaterAsync((string)args![0]!, (CancellationToken)args[1]!) : targetMethod.Invoke(Inner, args);

        private async Task<PaymentAnswer<MerchantAccount>> LaterAsync(string account, CancellationToken token)
        {
            var read = await Inner.ReadAccountAsync(account, token);
            Read.SetResult();
            await Answer.Task;
            return read;
        }
    }
}

/// <summary>Where nobody pays by card, there is no account to open.</summary>
public sealed class Opening_a_payout_account_without_a_gateway(OrderingHost host) : IClassFixture<OrderingHost>
{
    [Fact]
    public async Task Says_that_it_is_closed()
    {
        var (shop, token) = (await host.ShopAsync(), TestContext.Current.CancellationToken);
        (await ReadAsync<PayoutAccount>(await host.Member(shop, "owner").GetAsync($"/api/v1/shops/{shop.Slug}/money/account", token))).State.ShouldBe("closed");
        (await host.Member(shop, "owner").PutAsync($"/api/v1/shops/{shop.Slug}/money/account", null, token)).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await host.Member(shop, "owner").PostAsync($"/api/v1/shops/{shop.Slug}/money/account/link", null, token)).StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }
}
