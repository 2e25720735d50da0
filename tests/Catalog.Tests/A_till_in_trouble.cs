using System.Net;
using System.Net.Http.Json;
using System.Text;
using Marketplace.Catalog.StockFeeds;
using Marketplace.Contracts.Catalog.Api;
using Marketplace.ServiceDefaults;
using Microsoft.AspNetCore.Http;
using Line = Marketplace.Catalog.Tests.FakeTill.Line;

namespace Marketplace.Catalog.Tests;

/// <summary>A shop’s software is away, refuses, or answers what nobody can read: no figure moves, and its shop is told in words.</summary>
[Collection(CatalogHost.Collection)]
public sealed class A_till_in_trouble(CatalogHost catalog) : BesideATill(catalog)
{
    [Fact]
    public async Task A_till_that_is_down_is_asked_again_and_no_figure_moves_meanwhile()
    {
        var (shop, offers) = await ShopAsync(1);
        await using var till = await FakeTill.StartAsync(new Line(Eans[0], 3));
        var failures = 0;
        till.Instead = async (context, _) =>
        {
            switch (Interlocked.Increment(ref failures))
            {
                case 1:
                    context.Response.StatusCode = 500;
                    return true;
                case 2:
                    await Task.Delay(TimeSpan.FromSeconds(3), context.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing); // longer than anybody waits
                    return true;
                case 3:
                    context.Response.ContentLength = 1000;
                    await context.Response.WriteAsync("{\"stocks\":[{\"ref\":\"" + Eans[0] + "\",\"available\":1},");
                    context.Abort();
                    return true;
                default:
                    return false;
            }
        };
        await PutAsync(shop, Definition(till));
        await CatalogHost.EventuallyAsync(async () => (await RunsAsync(shop)) is [{ Status: "running", Reason: not null, RetryAt: not null }], "the shop is told that it is tried again");
        (await Catalog.StockAsync(offers[0])).OnHand.ShouldBe(5);

        var run = await EndedAsync(shop);

        (run.Status, run.Reason, failures >= 4).ShouldBe(("done", null, true));
        (await Catalog.StockAsync(offers[0])).OnHand.ShouldBe(3);
    }

    [Theory]
    [InlineData(400, "[{\"text\":\"Siret invalide\"}]", "refused", "Siret invalide")]
    [InlineData(401, "", "credentials-refused", "identification")]
    [InlineData(404, "<html>", "refused", "404")]
    [InlineData(302, "", "redirected", "renvoie ailleurs")]
    [InlineData(200, "<html>", "answer-unreadable", "adresse")]
    [InlineData(200, "{\"stocks\":3}", "answer-unreadable", "adresse")]
    [InlineData(200, "{\"stocks\":[{\"available\":3}]}", "no-reference", "aucune référence")]
    public async Task What_the_till_refuses_is_told_to_the_shop_in_words(int status, string body, string reason, string words)
    {
        var (shop, offers) = await ShopAsync(1);
        await using var till = await FakeTill.StartAsync();
        till.Instead = async (context, _) =>
        {
            (context.Response.StatusCode, context.Response.Headers.Location) = (status, status == 302 ? "/secret" : "");
            await context.Response.WriteAsync(body);
            return true;
        };

        var run = await ReadAsync(shop, till);

        (run.Status, run.Reason).ShouldBe(("failed", reason));
        run.Detail!.ShouldContain(words);
        (await Catalog.StockAsync(offers[0])).OnHand.ShouldBe(5);
        till.Asked.ShouldNotContain(a => a.Path == "/secret");
    }

    [Theory]
    [InlineData(401, "[{\"text\":\"Accès refusé\"}]", "credentials-refused")]
    [InlineData(200, "{\"stocks\":[{\"ref\":\"Été\",\"available\":3}]}", "answer-unreadable")]
    [InlineData(200, "{\"stocks\":[{\"ref\":\"9782070364237\",\"available\":3,\"price\":\"3 €uros é\"}]}", "answer-unreadable")]
    [InlineData(200, "{\"stocks\":[{\"ref\":\"\\ud800\",\"available\":3}]}", "answer-unreadable")]
    [InlineData(400, "[{\"text\":\"\\ud800\"}]", "refused")]
    public async Task An_answer_in_another_encoding_is_told_in_words_too(int status, string body, string reason)
    {
        var (shop, offers) = await ShopAsync(1);
        await using var till = await FakeTill.StartAsync();
        till.Instead = async (context, _) =>
        {
            context.Response.StatusCode = status;
            await context.Response.Body.WriteAsync(Encoding.Latin1.GetBytes(body));
            return true;
        };
        using var tried = await Catalog.Operator.PostAsJsonAsync(Feed(shop, "/trials"), Definition(till), Token);
        tried.StatusCode.ShouldBe(HttpStatusCode.OK, await tried.Content.ReadAsStringAsync(Token));
        (await tried.Content.ReadFromJsonAsync<StockFeedTrial>(Token))!.Reason.ShouldBe(reason);

        var run = await ReadAsync(shop, till);

        (run.Status, run.Reason).ShouldBe(("failed", reason));
        run.Detail!.Length.ShouldBeGreaterThan(10);
        (await Catalog.StockAsync(offers[0])).OnHand.ShouldBe(5);
    }

    [Fact]
    public async Task An_answer_without_end_is_not_read_to_its_end()
    {
        var (shop, _) = await ShopAsync(1);
        await using var till = await FakeTill.StartAsync();
        till.Instead = async (context, _) =>
        {
            var some = new byte[64 * 1024];
            Array.Fill(some, (byte)' ');
            for (var sent = 0; sent < 32 * 1024 * 1024 && !context.RequestAborted.IsCancellationRequested; sent += some.Length)
            {
                await context.Response.Body.WriteAsync(some, context.RequestAborted);
            }

            return true;
        };
        (await ReadAsync(shop, till)).Reason.ShouldBe("answer-too-large");
    }

    [Fact]
    public async Task Pages_that_lead_in_a_circle_end()
    {
        var (shop, offers) = await ShopAsync(3);
        await using var till = await FakeTill.StartAsync();
        till.Instead = async (context, question) =>
        {
            await till.SayAsync(context, question.After == Eans[0] ? [new(Eans[1], 2)] : question.After == Eans[1] ? [new(Eans[2], 3)] : [new(Eans[0], 1)]);
            return true;
        };

        var run = await ReadAsync(shop, till);

        (run.Status, run.Reason, run.Pages).ShouldBe(("failed", "repeated-page", 3));
        (await Task.WhenAll(offers.Select(Catalog.StockAsync))).Select(s => s.OnHand).ShouldBe([1L, 2, 3]);
        till.Asked.Count.ShouldBe(4);
    }

    [Fact]
    public async Task What_keeps_it_from_being_reached_is_told_apart()
    {
        var (shop, _) = await ShopAsync(1);
        await using var till = await FakeTill.StartAsync();
        till.Instead = async (context, _) =>
        {
            await Task.Delay(TimeSpan.FromSeconds(4), context.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return true;
        };
        (await TryAsync(till.Address)).ShouldBe("timeout");
        (await TryAsync("http://127.0.0.1:1/")).ShouldBe("unreachable");
        (await TryAsync(till.Address.Replace("http:", "https:", StringComparison.Ordinal))).ShouldBe("not-secure");
        Of(new HttpRequestException(HttpRequestError.NameResolutionError)).ShouldBe(("name-unknown", true));
        Of(new HttpRequestException("connecting", new PrivateAddressException("private"))).ShouldBe(("address-private", false));

        async Task<string?> TryAsync(string address)
        {
            using var answer = await Catalog.Operator.PostAsJsonAsync(Feed(shop, "/trials"), Definition(till) with { Address = address }, Token);
            return (await answer.Content.ReadFromJsonAsync<StockFeedTrial>(Token))!.Reason;
        }

        static (string, bool) Of(HttpRequestException failure) => StockSoftware.FailureOf(failure).Trouble is { } trouble ? (trouble.Fault.Reason, trouble.Passes) : default;
    }
}
