using System.Net;
using Marketplace.Contracts;
using Marketplace.Storefront.Residents.Wanted;
using Microsoft.Extensions.DependencyInjection;

namespace Marketplace.Storefront.Tests.Residents;

/// <summary>Somebody finds what there is none of: its shop is told how often.</summary>
public sealed class Looking_for_what_is_out(ResidentsHost host) : IClassFixture<ResidentsHost>
{
    // A program that posts all day: its address says so much a minute, and no offer twice.
    [Fact]
    public async Task Is_counted_once_of_an_address_and_no_more_than_a_page_a_second()
    {
        await using var strict = host.Start(("Wanted:PagesPerMinute", "2"));
        var (visitor, bread, comte) = (host.Visitor(app: strict), TownSamples.Bread.OfferId, TownSamples.Comte.OfferId);
        var tally = strict.Services.GetRequiredService<WantedTally>();
        host.Town.Wanted.Clear(); // before: the tally is told by itself, too
        await visitor.PostAsync("/vienne/vus", ("offres", $"{bread}"));
        await visitor.PostAsync("/vienne/vus", ("offres", $"{bread},{comte}"));
        visitor.Status.ShouldBe(HttpStatusCode.NoContent);
        await visitor.PostAsync("/vienne/vus", ("offres", $"{comte}"));
        visitor.Status.ShouldBe(HttpStatusCode.TooManyRequests);
        visitor.Answer.Headers.RetryAfter!.Delta!.Value.TotalSeconds.ShouldBeInRange(1, 60);
        await tally.SendAsync(TestContext.Current.CancellationToken);
        host.Town.Wanted.SelectMany(w => w).OrderBy(w => w.OfferId.Value).Select(w => (w.OfferId, w.Times)).ShouldBe(new[] { (bread, 1), (comte, 1) }.OrderBy(w => w.Item1.Value));
        (await visitor.OpenAsync("/vienne/produits")).Status.ShouldBe(HttpStatusCode.OK, "who waits there goes on everywhere else");
    }

    [Fact]
    public async Task Is_said_by_the_pages_that_somebody_looks_at_and_told_together()
    {
        var bread = TownSamples.Bread;
        host.Town.Offers[bread.OfferId] = bread with { Available = 0, StockState = "out-of-stock" };
        var visitor = host.Visitor();
        (await visitor.OpenAsync("/vienne/produits?q=" + bread.Title.Split(' ')[0])).Page.QuerySelector("[data-wanted]")!.GetAttribute("data-wanted").ShouldBe(bread.OfferId.ToString());
        (await visitor.OpenAsync("/vienne/produits")).Page.QuerySelector("[data-wanted]").ShouldBeNull("nobody searched");
        await visitor.OpenAsync($"/vienne/produits/{bread.OfferId}");
        if (visitor.Status is HttpStatusCode.Redirect or HttpStatusCode.MovedPermanently)
        {
            await visitor.FollowAsync();
        }
        visitor.Page.QuerySelector("[data-wanted]").ShouldNotBeNull();

        var tally = host.Services.GetRequiredService<WantedTally>();
        await tally.SendAsync(TestContext.Current.CancellationToken);
        host.Town.Wanted.Clear();
        for (var times = 0; times < 3; times++)
        {
            await visitor.PostAsync("/vienne/vus", ("offres", $"{bread.OfferId},{bread.OfferId},autre"));
            visitor.Status.ShouldBe(HttpStatusCode.NoContent);
        }
        await tally.SendAsync(TestContext.Current.CancellationToken);
        host.Town.Wanted.SelectMany(w => w).Where(w => w.OfferId == bread.OfferId).Sum(w => w.Times).ShouldBe(1, "one who reloads is one who looked");
        await tally.SendAsync(TestContext.Current.CancellationToken);
        host.Town.Wanted.SelectMany(w => w).Sum(w => w.Times).ShouldBe(1, "told once");
    }

    // As many as are remembered: what comes beyond them is counted as new, and what is remembered stays known, whoever writes meanwhile.
    [Fact]
    public void Is_remembered_up_to_a_bound_and_known_beyond_it()
    {
        var clock = new Watch();
        using var limit = new LookingLimit(new Microsoft.Extensions.Configuration.ConfigurationBuilder().Build(), clock);
        var http = new Microsoft.AspNetCore.Http.DefaultHttpContext { Connection = { RemoteIpAddress = IPAddress.Loopback } };
        var first = OfferId.New();
        limit.IsNew(http, first).ShouldBeTrue();
        var news = 0;
        Parallel.For(1, LookingLimit.MostRemembered, _ => Interlocked.Add(ref news, limit.IsNew(http, OfferId.New()) ? 1 : 0));
        news.ShouldBe(LookingLimit.MostRemembered - 1);
        var beyond = OfferId.New();
        (limit.IsNew(http, beyond), limit.IsNew(http, beyond), limit.IsNew(http, first)).ShouldBe((true, true, false));
        clock.Seconds += 301;
        (limit.IsNew(http, beyond), limit.IsNew(http, beyond), limit.IsNew(http, first)).ShouldBe((true, false, false), "half of it has room again");
        clock.Seconds += 301;
        limit.IsNew(http, first).ShouldBeTrue();
    }

    private sealed class Watch : TimeProvider
    {
        internal long Seconds { get; set; }

        public override long TimestampFrequency => 1;

        public override long GetTimestamp() => Seconds;
    }
}
