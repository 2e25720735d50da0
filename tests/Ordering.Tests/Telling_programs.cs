using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Marketplace.Contracts;
using Marketplace.Contracts.Ordering.Api;
using Marketplace.Ordering.Webhooks;
using Marketplace.ServiceDefaults;
using Marketplace.ServiceDefaults.Shops;
using Microsoft.AspNetCore.Http;
using Npgsql;
using static Marketplace.Ordering.Tests.OrderingHost;

namespace Marketplace.Ordering.Tests;

/// <summary>Webhooks: what happens to a shop's orders is told to its programs, signed, until they have taken it.</summary>
public sealed class Telling_programs(ListeningHost host) : IClassFixture<ListeningHost>
{
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(40);
    private static readonly JsonSerializerOptions Json = JsonSerializerOptions.Web;

    [Fact]
    public async Task Each_step_of_a_shops_part_is_told_signed_and_without_the_customer()
    {
        await using var program = await ListeningProgram.StartAsync();
        await using var neighbours = await ListeningProgram.StartAsync();
        var (shop, neighbour, silent) = (await host.ShopAsync(), await host.ShopAsync(), await host.ShopAsync());
        var (added, theirs) = (await AddAsync(shop, program.Url), await AddAsync(neighbour, neighbours.Url));
        var (pain, brioche) = (OfferId.New(), OfferId.New());
        var order = await PlaceAsync(host.Anonymous, host.Basket((shop, pain, 2), (shop, brioche, 1), (neighbour, OfferId.New(), 1), (silent, OfferId.New(), 1)));
        var (staff, theirStaff) = (host.Member(shop), host.Member(neighbour));
        await ActAsync(staff, shop, order.OrderId, "accept");
        await ActAsync(staff, shop, order.OrderId, "decline", new Decline("Mme Durand l’a voulu ainsi, 06 12 34 56 78", [brioche]));
        await ActAsync(staff, shop, order.OrderId, "ready");
        await ActAsync(staff, shop, order.OrderId, "handover", new HandOver(order.PickupCode!));
        await ActAsync(theirStaff, neighbour, order.OrderId, "decline", new Decline("closed", null));
        await Eventually.BecomesAsync(() => program.Calls.Count >= 5 && neighbours.Calls.Count >= 2, Long);

        program.Types.Order().ShouldBe(["order.accepted", "order.collected", "order.confirmed", "order.lines_declined", "order.ready"]);
        neighbours.Types.Order().ShouldBe(["order.confirmed", "order.declined"]);
        foreach (var call in program.Calls)
        {
            call.IsSignedWith(added.Secret).ShouldBeTrue(call.Type);
            call.IsSignedWith(theirs.Secret).ShouldBeFalse("another shop's secret signs nothing here");
            (call.Method, call.Path, call.Headers["content-type"]).ShouldBe(("POST", "/commandes", "application/json"));
            call.Headers.Keys.ShouldNotContain("traceparent");
            call.Data.GetProperty("shop").GetString().ShouldBe(shop.Slug);
            call.Data.GetProperty("lines").EnumerateArray().Select(l => l.GetProperty("offerId").GetGuid()).ShouldBe([pain.Value, brioche.Value], ignoreOrder: true);
        }

        // As each stood when it happened, whenever it was told.
        Of(program, "order.confirmed").ShouldSatisfyAllConditions(d => d.GetProperty("status").GetString().ShouldBe("requested"), d => d.GetProperty("totalCents").GetInt64().ShouldBe(1350));
        Of(program, "order.ready").ShouldSatisfyAllConditions(d => d.GetProperty("status").GetString().ShouldBe("ready"), d => d.GetProperty("totalCents").GetInt64().ShouldBe(900));
        var declined = Of(program, "order.lines_declined").GetProperty("lines").EnumerateArray().Single(l => l.GetProperty("offerId").GetGuid() == brioche.Value);
        (declined.GetProperty("state").GetString(), declined.GetProperty("reason").GetString()).ShouldBe(("declined", "other"));
        program.Calls.OrderBy(c => c.Data.GetProperty("version").GetInt64()).Select(c => c.Type).ShouldBe(["order.confirmed", "order.accepted", "order.lines_declined", "order.ready", "order.collected"]);
        program.Calls.Concat(neighbours.Calls).Select(c => c.Id).ShouldBeUnique();
        foreach (var body in program.Calls.Concat(neighbours.Calls).Select(c => c.Body))
        {
            foreach (var personal in new[] { "Durand", "Claire", "claire.durand", "06 12", order.PickupCode!, order.AccessToken! })
            {
                body.ShouldNotContain(personal);
            }
        }

        var log = await LogAsync(shop, added);
        log.Items.ShouldAllBe(d => d.State == "delivered" && d.Attempts == 1 && d.Answer == 200 && d.AnswerText == "merci" && d.NextAt == null && d.OrderId == order.OrderId);
        (await host.ScalarAsync<long>("select count(*) from webhook_deliveries d join webhook_endpoints e on e.id = d.endpoint_id where e.shop_id = $1", silent.Id.Value)).ShouldBe(0);
    }

    [Fact]
    public async Task Only_what_was_asked_for_is_told_and_nothing_of_before()
    {
        await using var program = await ListeningProgram.StartAsync();
        var shop = await host.ShopAsync();
        var before = await PlaceAsync(host.Anonymous, host.Basket((shop, OfferId.New(), 1)));
        await Task.Delay(TimeSpan.FromSeconds(2), TestContext.Current.CancellationToken);
        var added = await AddAsync(shop, program.Url, "order.ready", "order.cancelled");
        var order = await PlaceAsync(host.Person(PersonId.New()), host.Basket((shop, OfferId.New(), 1)));
        await ActAsync(host.Member(shop), shop, order.OrderId, "ready");
        await Eventually.BecomesAsync(() => !program.Calls.IsEmpty, Long);
        await host.Anonymous.PostAsync($"/api/v1/orders/{before.OrderId}/cancellation?token={before.AccessToken}", null);
        await Eventually.BecomesAsync(() => program.Calls.Count == 2, Long);
        program.Types.ShouldBe(["order.ready", "order.cancelled"]);

        (await TestAsync(shop, added)).Type.ShouldBe("test");
        await Eventually.BecomesAsync(() => program.Types.Contains("test"), Long);
        program.Calls.Last().ShouldSatisfyAllConditions(c => c.IsSignedWith(added.Secret).ShouldBeTrue(), c => c.Data.ValueKind.ShouldBe(JsonValueKind.Null));
    }

    [Fact]
    public async Task What_becomes_of_what_is_missing_is_told_answered_or_not()
    {
        await using var program = await ListeningProgram.StartAsync();
        var (shop, pain, tarte) = (await host.ShopAsync(), OfferId.New(), OfferId.New());
        await AddAsync(shop, program.Url, "order.shortage_answered", "order.shortage_lapsed");
        var order = await PlaceAsync(host.Anonymous, host.Basket((shop, pain, 3), (shop, tarte, 2)));
        var (answered, ignored) = (Guid.NewGuid(), Guid.NewGuid());
        await ProposeAsync(answered, new ProposeForShortage(pain, 2));
        await ProposeAsync(ignored, new ProposeForShortage(tarte, 1, null, host.Clock.GetUtcNow().AddMinutes(10)));
        await ReadAsync<OrderView>(await host.Anonymous.PostAsJsonAsync($"/api/v1/orders/{order.OrderId}/shortages/{answered}/answer?token={order.AccessToken}", new AnswerShortage("partial"), Json));
        host.Clock.Pass(TimeSpan.FromMinutes(11));
        await Eventually.BecomesAsync(() => program.Calls.Count == 2, Long);

        (Line("order.shortage_answered", pain), Of(program, "order.shortage_answered").GetProperty("totalCents").GetInt64()).ShouldBe(((2, "partial"), 4 * 450));
        (Line("order.shortage_lapsed", tarte), Of(program, "order.shortage_lapsed").GetProperty("totalCents").GetInt64()).ShouldBe(((1, "lapsed"), 3 * 450));

        async Task ProposeAsync(Guid proposal, ProposeForShortage asked) =>
            await ReadAsync<ShopOrderCard>(await host.Member(shop).PutAsJsonAsync($"/api/v1/shops/{shop.Slug}/orders/{order.OrderId}/shortages/{proposal}", asked, Json));

        (long, string?) Line(string type, OfferId offer)
        {
            var line = Of(program, type).GetProperty("lines").EnumerateArray().Single(l => l.GetProperty("offerId").GetGuid() == offer.Value);
            return (line.GetProperty("quantity").GetInt64(), line.GetProperty("shortage").GetProperty("state").GetString());
        }
    }

    [Fact]
    public async Task Of_who_was_erased_the_orders_are_told_all_the_same()
    {
        await using var program = await ListeningProgram.StartAsync();
        var (shop, person) = (await host.ShopAsync(), PersonId.New());
        await AddAsync(shop, program.Url, "order.ready", "order.collected");
        var order = await PlaceAsync(host.Person(person), host.Basket((shop, OfferId.New(), 1)));
        await host.Storefront.DeleteAsync($"/api/v1/people/{person}");
        await ActAsync(host.Member(shop), shop, order.OrderId, "ready");
        await ActAsync(host.Member(shop), shop, order.OrderId, "handover", new HandOver(order.PickupCode!));
        await Eventually.BecomesAsync(() => program.Calls.Count == 2, Long);
        program.Types.Order().ShouldBe(["order.collected", "order.ready"]);
    }

    [Fact]
    public async Task What_is_not_taken_is_sent_again_under_the_same_id_until_it_is()
    {
        await using var program = await ListeningProgram.StartAsync();
        var shop = await host.ShopAsync();
        var added = await AddAsync(shop, program.Url);
        program.Answer = ListeningProgram.Saying(500, "panne\0 de <caisse>");
        await TestAsync(shop, added);
        var failed = await OneAsync(shop, added, d => d.Attempts == 1 && d.Answer == 500);
        (failed.State, failed.Problem, failed.AnswerText).ShouldBe(("waiting", "status", "panne  de <caisse>"));
        (failed.NextAt!.Value - failed.TriedAt!.Value).ShouldBeInRange(TimeSpan.FromSeconds(3), TimeSpan.FromSeconds(30));
        (await GetAsync(shop, added)).ShouldSatisfyAllConditions(w => w.FailingSince.ShouldNotBeNull(), w => w.Waiting.ShouldBe(1), w => w.Status.ShouldBe("active"));

        program.Answer = ListeningProgram.Saying(503, "", ("Retry-After", "7200"));
        host.Clock.Pass(TimeSpan.FromMinutes(1));
        var asked = await OneAsync(shop, added, d => d.Attempts == 2 && d.Answer == 503);
        (asked.NextAt!.Value - asked.TriedAt!.Value).ShouldBeGreaterThan(TimeSpan.FromMinutes(119));

        program.Answer = ListeningProgram.Saying(204);
        host.Clock.Pass(TimeSpan.FromHours(3));
        (await OneAsync(shop, added, d => d.State == "delivered")).ShouldSatisfyAllConditions(d => d.Attempts.ShouldBe(3), d => d.Problem.ShouldBeNull());
        program.Calls.Select(c => c.Id).Distinct().ShouldHaveSingleItem().ShouldBe(failed.EventId);
        program.Calls.Select(c => c.Body).Distinct().Count().ShouldBe(1);
        program.Calls.Select(c => c.Timestamp).Distinct().Count().ShouldBe(3, "each attempt says when it is made");
        program.Calls.ShouldAllBe(c => c.IsSignedWith(added.Secret));
        (await GetAsync(shop, added)).FailingSince.ShouldBeNull();
    }

    [Fact]
    public async Task After_three_days_the_address_is_switched_off_the_shop_is_told_and_can_have_it_sent_again()
    {
        await using var program = await ListeningProgram.StartAsync();
        var shop = await host.ShopAsync();
        (await host.Member(shop).PutAsJsonAsync($"/api/v1/shops/{shop.Slug}/order-mails", new OrderMails($"{shop.Slug}@exemple.fr"))).EnsureSuccessStatusCode();
        var added = await AddAsync(shop, program.Url);
        program.Answer = ListeningProgram.Saying(404);
        await TestAsync(shop, added);
        var first = await OneAsync(shop, added, d => d.Attempts == 1 && d.Answer == 404);
        var last = first;
        while (last.State == "waiting")
        {
            var (attempts, ahead) = (last.Attempts, last.NextAt!.Value - host.Clock.GetUtcNow());
            host.Clock.Pass(ahead > TimeSpan.Zero ? ahead : TimeSpan.Zero);
            last = await OneAsync(shop, added, d => d.Attempts > attempts && d.Answer == 404 && (d.State != "waiting" || d.NextAt > d.TriedAt));
            if (attempts == 4)
            {
                await TestAsync(shop, added); // another that waits when the three days are over
                await Eventually.BecomesAsync(async () => (await LogAsync(shop, added)).Items.Count(d => d.Attempts > 0) == 2, Long);
            }
        }

        last.State.ShouldBe("given-up");
        last.Attempts.ShouldBeInRange(10, 13);
        (last.TriedAt!.Value - first.TriedAt!.Value).ShouldBeInRange(TimeSpan.FromDays(3), TimeSpan.FromDays(3) + TimeSpan.FromMinutes(5));
        (await GetAsync(shop, added)).ShouldSatisfyAllConditions(w => w.Status.ShouldBe("off"), w => w.OffReason.ShouldBe("failing"), w => w.Waiting.ShouldBe(0));
        await Eventually.BecomesAsync(() => host.Mails.All.Any(m => m.ToAddress == $"{shop.Slug}@exemple.fr" && m.Subject.Contains("plus prévenu", StringComparison.Ordinal)), Long);
        host.Mails.All.Single(m => m.ToAddress == $"{shop.Slug}@exemple.fr" && m.Subject.Contains("plus prévenu", StringComparison.Ordinal)).Text.ShouldContain($"https://panier.example/pro/{shop.Slug}/webhooks");

        var calls = program.Calls.Count;
        await PlaceAsync(host.Anonymous, host.Basket((shop, OfferId.New(), 1)));
        (await Owner(shop).PostAsync($"{Hooks(shop)}/{added.Webhook.WebhookId}/deliveries/{last.DeliveryId}/redeliver", null)).StatusCode.ShouldBe(HttpStatusCode.Conflict);

        // Read past while nobody listens there; what is still to be read when it is in use again would be told.
        await Eventually.BecomesAsync(() => host.ScalarAsync<bool>("select not exists (select from events e join log_cursors c on c.name = 'webhooks' and (e.xid, e.position) > (c.xid, c.position))"), Long);
        program.Answer = ListeningProgram.Saying(200);
        (await PutAsync(shop, added, new WebhookDefinition(program.Url, []))).Status.ShouldBe("active");
        (await Owner(shop).PostAsync($"{Hooks(shop)}/{added.Webhook.WebhookId}/deliveries/{last.DeliveryId}/redeliver", null)).StatusCode.ShouldBe(HttpStatusCode.Accepted);
        await OneAsync(shop, added, d => d.DeliveryId == last.DeliveryId && d.State == "delivered");
        program.Calls.Skip(calls).ShouldHaveSingleItem("what happened while it was off is not kept").Id.ShouldBe(first.EventId);
    }

    [Fact]
    public async Task One_event_that_is_never_taken_switches_off_no_address_that_takes_the_others()
    {
        await using var program = await ListeningProgram.StartAsync();
        var shop = await host.ShopAsync();
        var added = await AddAsync(shop, program.Url);
        var never = (await TestOfAsync(ListeningProgram.Saying(500), 500)).EventId;
        program.Answer = (context, stop) => ListeningProgram.Saying(context.Request.Headers["webhook-id"] == never ? 500 : 200)(context, stop);
        var last = await OneAsync(shop, added, d => d.EventId == never);
        while (last.State == "waiting")
        {
            await TestOfAsync(program.Answer, 200);
            var (attempts, ahead) = (last.Attempts, last.NextAt!.Value - host.Clock.GetUtcNow());
            host.Clock.Pass(ahead > TimeSpan.Zero ? ahead : TimeSpan.Zero);
            last = await OneAsync(shop, added, d => d.EventId == never && d.Attempts > attempts && (d.State != "waiting" || d.NextAt > d.TriedAt));
        }

        (last.State, last.Problem).ShouldBe(("given-up", "status"));
        last.Attempts.ShouldBeInRange(10, 13);
        (await GetAsync(shop, added)).ShouldSatisfyAllConditions(w => w.Status.ShouldBe("active"), w => w.OffReason.ShouldBeNull());
        await TestOfAsync(program.Answer, 200);
        (await GetAsync(shop, added)).FailingSince.ShouldBeNull();

        async Task<WebhookDelivery> TestOfAsync(Func<HttpContext, CancellationToken, Task> answer, int status)
        {
            program.Answer = answer;
            var sent = await TestAsync(shop, added);
            return await OneAsync(shop, added, d => d.DeliveryId == sent.DeliveryId && d.Answer == status);
        }
    }

    [Fact]
    public async Task Who_says_that_it_is_gone_is_sent_nothing_more()
    {
        await using var program = await ListeningProgram.StartAsync();
        var shop = await host.ShopAsync();
        var added = await AddAsync(shop, program.Url);
        program.Answer = ListeningProgram.Saying(410);
        await TestAsync(shop, added);
        (await OneAsync(shop, added, d => d.State == "given-up")).Attempts.ShouldBe(1);
        (await GetAsync(shop, added)).ShouldSatisfyAllConditions(w => w.Status.ShouldBe("off"), w => w.OffReason.ShouldBe("gone"));
        (await ProblemAsync(await Owner(shop).PostAsync($"{Hooks(shop)}/{added.Webhook.WebhookId}/test", null))).Code.ShouldBe("webhook-not-active");
        program.Calls.Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_redirect_is_not_followed()
    {
        await using var program = await ListeningProgram.StartAsync();
        await using var other = await ListeningProgram.StartAsync();
        var shop = await host.ShopAsync();
        var added = await AddAsync(shop, program.Url);
        program.Answer = ListeningProgram.Saying(307, "", ("Location", other.Url));
        await TestAsync(shop, added);
        (await OneAsync(shop, added, d => d.Answer == 307)).ShouldSatisfyAllConditions(d => d.Problem.ShouldBe("redirect"), d => d.State.ShouldBe("waiting"));
        other.Calls.ShouldBeEmpty();
    }

    [Theory]
    [InlineData(200, "delivered"), InlineData(500, "waiting")]
    public async Task An_answer_without_end_is_cut_off_and_its_status_counts(int status, string state)
    {
        await using var program = await ListeningProgram.StartAsync();
        var shop = await host.ShopAsync();
        var added = await AddAsync(shop, program.Url);
        program.Answer = async (context, stop) =>
        {
            context.Response.StatusCode = status;
            while (!context.RequestAborted.IsCancellationRequested && !stop.IsCancellationRequested)
            {
                await context.Response.WriteAsync(new string('x', 500), stop);
                await context.Response.Body.FlushAsync(stop);
            }
        };
        await TestAsync(shop, added);
        var told = await OneAsync(shop, added, d => d.Answer == status);
        (told.State, told.AnswerText!.Length).ShouldBe((state, 500));
        told.Milliseconds!.Value.ShouldBeLessThan(15_000);
    }

    [Fact]
    public async Task An_answer_is_cut_off_at_no_half_of_a_sign()
    {
        await using var program = await ListeningProgram.StartAsync();
        var shop = await host.ShopAsync();
        var added = await AddAsync(shop, program.Url);
        program.Answer = ListeningProgram.Saying(200, new string('x', 499) + "🥖, merci");
        await TestAsync(shop, added);
        var told = await OneAsync(shop, added, d => d.State == "delivered");
        (told.Attempts, told.AnswerText).ShouldBe((1, new string('x', 499)));
        program.Calls.Count.ShouldBe(1);
    }

    [Fact]
    public async Task What_was_taken_is_taken_also_where_the_words_of_the_answer_cannot_be_kept()
    {
        await using var program = await ListeningProgram.StartAsync();
        var shop = await host.ShopAsync();
        var added = await AddAsync(shop, program.Url);
        await host.ScalarAsync<object>("alter table webhook_deliveries add constraint unspeakable check (answer_text <> 'indicible')");
        program.Answer = ListeningProgram.Saying(200, "indicible");
        await TestAsync(shop, added);
        var told = await OneAsync(shop, added, d => d.State == "delivered");
        (told.Attempts, told.Answer, told.AnswerText).ShouldBe((1, 200, null));
        program.Calls.Count.ShouldBe(1);
    }

    [Theory]
    [InlineData(200), InlineData(500), InlineData(410)]
    public async Task What_came_of_a_call_locks_the_address_before_what_was_sent_to_it(int status)
    {
        await using var program = await ListeningProgram.StartAsync();
        var shop = await host.ShopAsync();
        var added = await AddAsync(shop, program.Url);
        program.Answer = ListeningProgram.Saying(status);
        if (status == 200)
        {
            await host.ScalarAsync<Guid>("update webhook_endpoints set failing_since = $2 where id = $1 returning id", added.Webhook.WebhookId, host.Clock.GetUtcNow());
        }

        await using var other = await HoldAsync("select from webhook_endpoints where id = $1 for no key update", added.Webhook.WebhookId);
        var sent = await TestAsync(shop, added);
        await WaitsForAsync(other);
        (await host.ScalarAsync<Guid>("select id from webhook_deliveries where id = $1 for update nowait", sent.DeliveryId)).ShouldBe(sent.DeliveryId);
        await LetGoAsync(other);
        await OneAsync(shop, added, d => d.Answer == status);
    }

    [Fact]
    public async Task What_was_under_way_as_its_address_was_switched_off_does_not_wait_for_its_return()
    {
        await using var program = await ListeningProgram.StartAsync();
        var shop = await host.ShopAsync();
        var added = await AddAsync(shop, program.Url);
        var off = new TaskCompletionSource();
        program.Answer = async (context, stop) =>
        {
            await off.Task.WaitAsync(stop);
            context.Response.StatusCode = 500;
        };
        var slow = await TestAsync(shop, added);
        await Eventually.BecomesAsync(() => program.Calls.Count == 1, Long);
        program.Answer = ListeningProgram.Saying(410);
        await TestAsync(shop, added);
        await Eventually.BecomesAsync(async () => (await GetAsync(shop, added)).Status == "off", Long);
        off.SetResult();
        (await OneAsync(shop, added, d => d.DeliveryId == slow.DeliveryId && d.Answer == 500)).State.ShouldBe("given-up");

        // Whatever waits for it all the same.
        await host.ScalarAsync<Guid>("update webhook_deliveries set state = 'waiting', ended_at = null, problem = null where id = $1 returning id", slow.DeliveryId);
        host.Clock.Pass(TimeSpan.FromMinutes(11));
        (await OneAsync(shop, added, d => d.DeliveryId == slow.DeliveryId && d.State == "given-up")).Problem.ShouldBe("off");
    }

    [Fact]
    public async Task What_happens_as_its_address_is_switched_off_is_not_kept()
    {
        await using var program = await ListeningProgram.StartAsync();
        var shop = await host.ShopAsync();
        var added = await AddAsync(shop, program.Url);
        await PlaceAsync(host.Anonymous, host.Basket((shop, OfferId.New(), 1)));
        await OneAsync(shop, added, d => d.State == "delivered");

        // Read as if for the first time: of what happens now the log says nothing while that transaction is open.
        await host.ScalarAsync<Guid>("delete from webhook_deliveries where endpoint_id = $1 returning id", added.Webhook.WebhookId);
        await using var other = await HoldAsync("update webhook_endpoints set status = 'off', off_reason = 'gone' where id = $1", added.Webhook.WebhookId);
        await host.ScalarAsync<string>("update log_cursors set xid = '0', position = 0 where name = 'webhooks' returning name");
        await WaitsForAsync(other);
        await LetGoAsync(other);
        await Eventually.BecomesAsync(() => host.ScalarAsync<bool>("select position > 0 from log_cursors where name = 'webhooks'"), Long);
        (await LogAsync(shop, added)).Total.ShouldBe(0);
    }

    [Fact]
    public async Task One_that_hangs_holds_up_nobody_else_and_is_cut_off()
    {
        await using var hanging = await ListeningProgram.StartAsync();
        await using var program = await ListeningProgram.StartAsync();
        var (slow, shop) = (await host.ShopAsync(), await host.ShopAsync());
        hanging.Answer = ListeningProgram.Hang;
        var (stuck, added) = (await AddAsync(slow, hanging.Url), await AddAsync(shop, program.Url));
        for (var i = 0; i < 40; i++)
        {
            await TestAsync(slow, stuck);
        }

        await Eventually.BecomesAsync(() => hanging.Calls.Count == 4, Long);
        for (var i = 0; i < 12; i++)
        {
            await TestAsync(shop, added);
        }

        await Eventually.BecomesAsync(() => program.Calls.Count == 12, TimeSpan.FromSeconds(10));
        hanging.Calls.Count.ShouldBeLessThanOrEqualTo(8, "a few at a time");
        (await OneAsync(slow, stuck, d => d.Problem == "timeout")).ShouldSatisfyAllConditions(d => d.Answer.ShouldBeNull(), d => d.Milliseconds!.Value.ShouldBeInRange(14_000, 25_000));
    }

    [Fact]
    public async Task A_crash_between_the_call_and_its_outcome_sends_again_under_the_same_id()
    {
        await using var program = await ListeningProgram.StartAsync();
        var shop = await host.ShopAsync();
        var added = await AddAsync(shop, program.Url);
        await PauseAsync(shop, added, program.Url, true);
        await PlaceAsync(host.Anonymous, host.Basket((shop, OfferId.New(), 1)));
        await Eventually.BecomesAsync(async () => (await LogAsync(shop, added)).Total == 1, Long);

        // In one transaction, so that no other process sees it due: taken by a process that sends it and dies.
        await host.ScalarAsync<Guid>("update webhook_deliveries set leased_until = $2, attempts = 1 where endpoint_id = $1 returning id", added.Webhook.WebhookId, host.Clock.GetUtcNow() + WebhookDeliveries.Lease);
        var delivery = (await LogAsync(shop, added)).Items.Single();
        using (var http = new HttpClient())
        {
            using var sent = new HttpRequestMessage(HttpMethod.Post, program.Url) { Content = JsonContent.Create(new { type = "order.confirmed", data = new { } }), Headers = { { "webhook-id", delivery.EventId } } };
            (await http.SendAsync(sent)).EnsureSuccessStatusCode();
        }

        await PauseAsync(shop, added, program.Url, false);
        await Task.Delay(TimeSpan.FromSeconds(2), TestContext.Current.CancellationToken);
        program.Calls.Count.ShouldBe(1, "its lease still runs");
        host.Clock.Pass(WebhookDeliveries.Lease + TimeSpan.FromSeconds(5));
        await OneAsync(shop, added, d => d.State == "delivered");
        program.Calls.Select(c => c.Id).ShouldBe([delivery.EventId, delivery.EventId]);
    }

    [Fact]
    public async Task What_is_read_again_after_a_crash_is_one_delivery()
    {
        await using var program = await ListeningProgram.StartAsync();
        var shop = await host.ShopAsync();
        var added = await AddAsync(shop, program.Url);
        var order = await PlaceAsync(host.Anonymous, host.Basket((shop, OfferId.New(), 1)));
        await Eventually.BecomesAsync(() => program.Calls.Count == 1, Long);
        await host.ScalarAsync<string>("update log_cursors set xid = '0', position = 0 where name = 'webhooks' returning name");
        await ActAsync(host.Member(shop), shop, order.OrderId, "accept");
        await Eventually.BecomesAsync(() => program.Types.Contains("order.accepted"), Long);
        program.Types.ShouldBe(["order.confirmed", "order.accepted"]);
        (await LogAsync(shop, added)).Total.ShouldBe(2);
    }

    [Fact]
    public async Task Two_processes_make_one_attempt_each()
    {
        await using var program = await ListeningProgram.StartAsync();
        await using var second = host.Start();
        await ReadyAsync(second);
        var shop = await host.ShopAsync();
        await AddAsync(shop, program.Url);
        var orders = await Task.WhenAll(Enumerable.Range(0, 25).Select(_ => PlaceAsync(host.Anonymous, host.Basket((shop, OfferId.New(), 1)))));
        await Eventually.BecomesAsync(() => program.Calls.Count >= 25, Long);
        await Task.Delay(TimeSpan.FromSeconds(2), TestContext.Current.CancellationToken);
        program.Calls.Select(c => c.Data.GetProperty("orderId").GetGuid()).ShouldBe(orders.Select(o => o.OrderId.Value), ignoreOrder: true);
    }

    [Fact]
    public async Task While_it_is_paused_nothing_is_sent_and_what_happened_follows_for_three_days()
    {
        await using var program = await ListeningProgram.StartAsync();
        var shop = await host.ShopAsync();
        var added = await AddAsync(shop, program.Url);
        await PauseAsync(shop, added, program.Url, true);
        (await Owner(shop).PostAsync($"{Hooks(shop)}/{added.Webhook.WebhookId}/test", null)).StatusCode.ShouldBe(HttpStatusCode.Conflict);
        await PlaceAsync(host.Anonymous, host.Basket((shop, OfferId.New(), 1)));
        await Eventually.BecomesAsync(async () => (await GetAsync(shop, added)).Waiting == 1, Long);
        await Task.Delay(TimeSpan.FromSeconds(2), TestContext.Current.CancellationToken);
        program.Calls.ShouldBeEmpty();

        await PauseAsync(shop, added, program.Url, false);
        await Eventually.BecomesAsync(() => program.Calls.Count == 1, Long);

        await PauseAsync(shop, added, program.Url, true);
        await PlaceAsync(host.Anonymous, host.Basket((shop, OfferId.New(), 1)));
        await Eventually.BecomesAsync(async () => (await GetAsync(shop, added)).Waiting == 1, Long);
        host.Clock.Pass(TimeSpan.FromDays(3) + TimeSpan.FromMinutes(11));
        (await OneAsync(shop, added, d => d.State == "given-up")).Problem.ShouldBe("paused");
        program.Calls.Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_new_secret_signs_beside_the_one_before_for_a_day()
    {
        await using var program = await ListeningProgram.StartAsync();
        var shop = await host.ShopAsync();
        var added = await AddAsync(shop, program.Url);
        var rotated = await ReadAsync<WebhookSecret>(await Owner(shop).PostAsync($"{Hooks(shop)}/{added.Webhook.WebhookId}/secret", null));
        rotated.Secret.ShouldNotBe(added.Secret);
        using (var twice = new HttpRequestMessage(HttpMethod.Post, $"{Hooks(shop)}/{added.Webhook.WebhookId}/secret") { Headers = { { "If-Match", "\"1\"" } } })
        {
            (await Owner(shop).SendAsync(twice)).StatusCode.ShouldBe(HttpStatusCode.PreconditionFailed, "the same press, once more, would leave the program's own secret without effect");
        }

        rotated.FormerUntil.ShouldNotBeNull();
        await TestAsync(shop, added);
        await Eventually.BecomesAsync(() => program.Calls.Count == 1, Long);
        program.Calls.Last().ShouldSatisfyAllConditions(c => c.IsSignedWith(added.Secret).ShouldBeTrue(), c => c.IsSignedWith(rotated.Secret).ShouldBeTrue());

        host.Clock.Pass(TimeSpan.FromHours(25));
        await TestAsync(shop, added);
        await Eventually.BecomesAsync(() => program.Calls.Count == 2, Long);
        program.Calls.Last().ShouldSatisfyAllConditions(c => c.IsSignedWith(added.Secret).ShouldBeFalse(), c => c.IsSignedWith(rotated.Secret).ShouldBeTrue());
        (await GetAsync(shop, added)).FormerSecretUntil.ShouldBeNull();
    }

    [Theory]
    [InlineData("caisse"), InlineData("ftp://caisse.exemple.fr/"), InlineData("https://moi:secret@caisse.exemple.fr/"), InlineData(""), InlineData("https://caisse.exemple.fr/#ici"), InlineData("javascript:alert(1)")]
    public async Task Takes_no_address_that_is_none(string url)
    {
        var shop = await host.ShopAsync();
        var (status, code, problem) = await ProblemAsync(await Owner(shop).PostAsJsonAsync(Hooks(shop), new WebhookDefinition(url, [])));
        (status, code, problem.GetProperty("field").GetString()).ShouldBe((422, "webhook-url-invalid", "url"));
    }

    [Fact]
    public async Task Takes_each_address_once_ten_at_most_and_no_event_that_there_is_not()
    {
        var shop = await host.ShopAsync();
        var first = await AddAsync(shop, "https://caisse.exemple.fr/0");
        (await ProblemAsync(await Owner(shop).PostAsJsonAsync(Hooks(shop), new WebhookDefinition("https://caisse.exemple.fr/0", [])))).Code.ShouldBe("webhook-known");
        (await ProblemAsync(await Owner(shop).PostAsJsonAsync(Hooks(shop), new WebhookDefinition("https://caisse.exemple.fr/x", ["order.lost"])))).Code.ShouldBe("webhook-type-unknown");
        for (var i = 1; i < ShopWebhooks.Most; i++)
        {
            await AddAsync(shop, $"https://caisse.exemple.fr/{i}");
        }

        (await ProblemAsync(await Owner(shop).PostAsJsonAsync(Hooks(shop), new WebhookDefinition("https://caisse.exemple.fr/x", [])))).Code.ShouldBe("webhooks-too-many");
        (await ProblemAsync(await Owner(shop).PutAsJsonAsync($"{Hooks(shop)}/{first.Webhook.WebhookId}", new WebhookDefinition("https://caisse.exemple.fr/1", [])))).Code.ShouldBe("webhook-known");
        var stale = new HttpRequestMessage(HttpMethod.Put, $"{Hooks(shop)}/{first.Webhook.WebhookId}") { Content = JsonContent.Create(new WebhookDefinition("https://caisse.exemple.fr/0", []), options: Json), Headers = { { "If-Match", "\"7\"" } } };
        (await Owner(shop).SendAsync(stale)).StatusCode.ShouldBe(HttpStatusCode.PreconditionFailed);
        (await Owner(shop).DeleteAsync($"{Hooks(shop)}/{first.Webhook.WebhookId}")).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        (await Owner(shop).DeleteAsync($"{Hooks(shop)}/{first.Webhook.WebhookId}")).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        (await ReadAsync<Webhook[]>(await Owner(shop).GetAsync(Hooks(shop)))).Length.ShouldBe(ShopWebhooks.Most - 1);
    }

    [Fact]
    public async Task Another_shops_address_is_not_there()
    {
        var (shop, other) = (await host.ShopAsync(), await host.ShopAsync());
        var theirs = (await AddAsync(shop, "https://caisse.exemple.fr/")).Webhook.WebhookId;
        var delivery = Guid.NewGuid();
        foreach (var (method, path) in new[] { ("PUT", $"/{theirs}"), ("POST", $"/{theirs}/secret"), ("POST", $"/{theirs}/test"), ("GET", $"/{theirs}/deliveries"), ("POST", $"/{theirs}/deliveries/{delivery}/redeliver") })
        {
            using var request = new HttpRequestMessage(new HttpMethod(method), Hooks(other) + path) { Content = method == "PUT" ? JsonContent.Create(new WebhookDefinition("https://ailleurs.exemple.fr/", []), options: Json) : null };
            (await Owner(other).SendAsync(request)).StatusCode.ShouldBe(HttpStatusCode.NotFound, $"{method} {path}");
        }

        var (status, code, _) = await ProblemAsync(await Owner(shop).PostAsync($"{Hooks(shop)}/{theirs}/deliveries/{delivery}/redeliver", null));
        (status, code).ShouldBe((404, "delivery-not-found"));
        await Owner(other).DeleteAsync($"{Hooks(other)}/{theirs}");
        (await GetAsync(shop, theirs)).Url.ShouldBe("https://caisse.exemple.fr/");
    }

    private static string Hooks(ShopEntry shop) => $"/api/v1/shops/{shop.Slug}/webhooks";

    private HttpClient Owner(ShopEntry shop) => host.Member(shop, "owner");

    private async Task<WebhookSecret> AddAsync(ShopEntry shop, string url, params string[] types) =>
        await ReadAsync<WebhookSecret>(await Owner(shop).PostAsJsonAsync(Hooks(shop), new WebhookDefinition(url, types)));

    private async Task<Webhook> PutAsync(ShopEntry shop, WebhookSecret added, WebhookDefinition wanted) =>
        await ReadAsync<Webhook>(await Owner(shop).PutAsJsonAsync($"{Hooks(shop)}/{added.Webhook.WebhookId}", wanted));

    private Task<Webhook> PauseAsync(ShopEntry shop, WebhookSecret added, string url, bool paused) => PutAsync(shop, added, new WebhookDefinition(url, [], null, paused));

    private async Task<WebhookDelivery> TestAsync(ShopEntry shop, WebhookSecret added) =>
        await ReadAsync<WebhookDelivery>(await Owner(shop).PostAsync($"{Hooks(shop)}/{added.Webhook.WebhookId}/test", null));

    private Task<Webhook> GetAsync(ShopEntry shop, WebhookSecret added) => GetAsync(shop, added.Webhook.WebhookId);

    private async Task<Webhook> GetAsync(ShopEntry shop, Guid webhook) =>
        (await ReadAsync<Webhook[]>(await Owner(shop).GetAsync(Hooks(shop)))).Single(w => w.WebhookId == webhook);

    private async Task<WebhookDeliveryPage> LogAsync(ShopEntry shop, WebhookSecret added) =>
        await ReadAsync<WebhookDeliveryPage>(await Owner(shop).GetAsync($"{Hooks(shop)}/{added.Webhook.WebhookId}/deliveries"));

    /// <summary>The first of the log's that is so.</summary>
    private async Task<WebhookDelivery> OneAsync(ShopEntry shop, WebhookSecret added, Func<WebhookDelivery, bool> like) =>
        (await Eventually.GetAsync(async () => (await LogAsync(shop, added)).Items.FirstOrDefault(like), found => found is not null, Long))!;

    /// <summary>Another process in the middle of a transaction.</summary>
    private async Task<NpgsqlConnection> HoldAsync(string sql, Guid webhook)
    {
        var connection = await host.Database.OpenConnectionAsync();
        await using var begun = new NpgsqlBatch(connection) { BatchCommands = { new NpgsqlBatchCommand("begin"), new NpgsqlBatchCommand(sql) { Parameters = { new() { Value = webhook } } } } };
        await begun.ExecuteNonQueryAsync();
        return connection;
    }

    private Task WaitsForAsync(NpgsqlConnection other) =>
        Eventually.BecomesAsync(() => host.ScalarAsync<bool>("select exists (select from pg_stat_activity where $1 = any(pg_blocking_pids(pid)))", other.ProcessID), Long);

    private static async Task LetGoAsync(NpgsqlConnection other)
    {
        await using var commit = new NpgsqlCommand("commit", other);
        await commit.ExecuteNonQueryAsync();
    }

    private static JsonElement Of(ListeningProgram program, string type) => program.Calls.Single(c => c.Type == type).Data;
}

/// <summary>The service with a way out that reaches this machine too, where the listening programs of the tests are.</summary>
public sealed class ListeningHost(Servers servers) : OrderingHost(servers)
{
    protected override (string Key, string Value)[] Settings => [(PublicAddressHandler.AllowPrivateSetting, "true")];
}
