using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Marketplace.Contracts;
using Marketplace.Contracts.Merchants.Api;
using Marketplace.Merchants.Addresses;
using Marketplace.Merchants.Directory;
using Marketplace.Merchants.Tests.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Marketplace.Merchants.Tests.Addresses;

/// <summary>Where a shop's address is, asked of the public geocoder: what it answers is taken with care, and that it does not answer is nobody's trouble.</summary>
public sealed class Finding_an_address(MerchantsHost host) : IClassFixture<MerchantsHost>
{
    private static readonly WantedAddress Wanted = new("3 rue de la République", "69600", "Oullins-Pierre-Bénite", "69149");
    private static readonly SoughtAddress Sought = new("3 rue de la République", "69600", "Oullins-Pierre-Bénite");

    [Fact]
    public async Task Is_asked_within_the_commune_and_read_as_it_is_answered()
    {
        await using var fake = await FakeGeocoder.StartAsync();
        fake.Answer = context => FakeGeocoder.WriteAsync(context, FakeGeocoder.Collection(FakeGeocoder.Feature("Rue de la République 69600", 0.6, "street"), FakeGeocoder.Feature("3 Rue de la République 69600 Oullins-Pierre-Bénite", 0.97)));
        using var finder = Finder(fake.Address + "/");

        var places = (await finder.FindAsync(Wanted, Token)).ShouldNotBeNull();

        places.Select(p => (p.Label, p.Kind, p.Commune)).ShouldBe([("3 Rue de la République 69600 Oullins-Pierre-Bénite", "housenumber", "69149"), ("Rue de la République 69600", "street", "69149")]);
        places[0].Position.ShouldBe(new Position(45.7151, 4.8099), "longitude stands first there");
        fake.Paths.ShouldBe(["/geocodage/search"]);
        var asked = fake.Asked.Single();
        asked["q"].ToString().ShouldBe("3 rue de la République 69600 Oullins-Pierre-Bénite");
        (asked["citycode"].ToString(), asked["autocomplete"].ToString(), asked["index"].ToString(), asked.ContainsKey("postcode")).ShouldBe(("69149", "0", "address", false));

        await finder.FindAsync(Wanted with { Street = new string('é', 300), Commune = null }, Token);
        (fake.Asked.Last()["q"].ToString().Length, fake.Asked.Last()["postcode"].ToString()).ShouldBe((200, "69600"));
    }

    public static TheoryData<string, int, string> Troubles => new()
    {
        { "an error of its own", 500, "{}" },
        { "a busy sign", 429, "{}" },
        { "a page for people", 200, "<html><body>Maintenance</body></html>" },
        { "half an answer", 200, FakeGeocoder.Collection(FakeGeocoder.Feature("3 Rue de la République", 0.97))[..200] },
        { "something else", 200, """{"error":"q manque"}""" },
        { "a list", 200, "[]" },
        { "nothing", 200, "" },
        { "far too much", 200, FakeGeocoder.Collection(FakeGeocoder.Feature(new string('x', PublicGeocoder.MostBytes), 0.97)) },
    };

    [Theory]
    [MemberData(nameof(Troubles))]
    public async Task Is_not_known_when_it_answers(string what, int status, string body)
    {
        await using var fake = await FakeGeocoder.StartAsync();
        fake.Answer = context =>
        {
            context.Response.StatusCode = status;
            return FakeGeocoder.WriteAsync(context, body);
        };
        using var finder = Finder(fake.Address);
        (await finder.FindAsync(Wanted, Token)).ShouldBeNull(what);
        fake.Asked.Count.ShouldBe(1, "it is not asked again for it");
    }

    [Fact]
    public async Task Is_not_known_when_it_is_slow_hangs_up_or_is_not_there()
    {
        await using var fake = await FakeGeocoder.StartAsync();
        fake.Answer = async context =>
        {
            await context.Response.WriteAsync("{"); // begins, and never ends
            await context.Response.Body.FlushAsync();
            await Task.Delay(Timeout.Infinite, context.RequestAborted);
        };
        using (var finder = Finder(fake.Address))
        {
            var watch = Stopwatch.StartNew();
            (await finder.FindAsync(Wanted, Token)).ShouldBeNull();
            watch.Elapsed.ShouldBeLessThan(PublicGeocoder.Patience + TimeSpan.FromSeconds(2));
            fake.Answer = context =>
            {
                context.Abort();
                return Task.CompletedTask;
            };
            (await finder.FindAsync(Wanted, Token)).ShouldBeNull();
        }

        var gone = fake.Address;
        await fake.DisposeAsync();
        using var nobody = Finder(gone);
        (await nobody.FindAsync(Wanted, Token)).ShouldBeNull();
    }

    [Fact]
    public async Task Is_not_looked_for_where_it_is_sent_on_to()
    {
        await using var fake = await FakeGeocoder.StartAsync();
        await using var inside = await FakeGeocoder.StartAsync();
        inside.Answer = context => FakeGeocoder.WriteAsync(context, FakeGeocoder.Collection(FakeGeocoder.Feature("3 Rue de la République", 0.97)));
        using var finder = Finder(fake.Address);
        foreach (var status in (int[])[301, 302, 307, 308])
        {
            fake.Answer = context =>
            {
                context.Response.StatusCode = status;
                context.Response.Headers.Location = inside.Address + "/search";
                return Task.CompletedTask;
            };
            (await finder.FindAsync(Wanted, Token)).ShouldBeNull();
        }

        inside.Asked.ShouldBeEmpty();
    }

    [Fact]
    public async Task Leaves_a_geocoder_alone_that_fails_again_and_again_and_comes_back_to_it()
    {
        await using var fake = await FakeGeocoder.StartAsync();
        var clock = new TestClock();
        using var finder = Finder(fake.Address, clock);
        fake.Answer = context =>
        {
            context.Response.StatusCode = 503;
            return Task.CompletedTask;
        };
        for (var n = 0; n < 6; n++)
        {
            (await finder.FindAsync(Wanted, Token)).ShouldBeNull();
        }

        fake.Asked.Count.ShouldBe(3);
        fake.Answer = context => FakeGeocoder.WriteAsync(context, FakeGeocoder.Collection());
        clock.Advance(PublicGeocoder.Rest);
        (await finder.FindAsync(Wanted, Token)).ShouldNotBeNull().ShouldBeEmpty();

        // One that says that it is asked too much is left alone at once.
        fake.Answer = context =>
        {
            context.Response.StatusCode = 429;
            return Task.CompletedTask;
        };
        (await finder.FindAsync(Wanted, Token)).ShouldBeNull();
        (await finder.FindAsync(Wanted, Token)).ShouldBeNull();
        fake.Asked.Count.ShouldBe(5);
    }

    [Fact]
    public async Task Leaves_out_what_cannot_be_read_and_takes_the_rest()
    {
        await using var fake = await FakeGeocoder.StartAsync();
        var good = FakeGeocoder.Feature("3 Rue de la République", 0.97);
        fake.Answer = context => FakeGeocoder.WriteAsync(context, FakeGeocoder.Collection("null", "3", "{}", """{"properties":{"label":"x","score":0.9,"type":"street","citycode":"69149"},"geometry":{"coordinates":[]}}""",
            good.Replace("4.8099", "\"est\"", StringComparison.Ordinal), good.Replace("45.7151", "145.7151", StringComparison.Ordinal), good.Replace("0.97", "\"très\"", StringComparison.Ordinal), good.Replace("0.97", "12", StringComparison.Ordinal),
            good.Replace("\"citycode\"", "\"codeville\"", StringComparison.Ordinal), good));
        using var finder = Finder(fake.Address);
        (await finder.FindAsync(Wanted, Token)).ShouldNotBeNull().Count.ShouldBe(1);
    }

    [Fact]
    public async Task Leaves_no_address_in_logs_and_traces()
    {
        await using var fake = await FakeGeocoder.StartAsync();
        var (lines, tags) = (new ConcurrentQueue<string>(), new ConcurrentQueue<string>());
        using var listener = new ActivityListener
        {
            ShouldListenTo = s => s.Name == "System.Net.Http",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = a => tags.Enqueue(string.Join(' ', a.TagObjects.Select(t => t.Value))),
        };
        ActivitySource.AddActivityListener(listener);
        using var logging = LoggerFactory.Create(b => b.SetMinimumLevel(LogLevel.Trace).AddProvider(new Lines(lines)));
        using var finder = new PublicGeocoder(PublicGeocoder.ClientOf(fake.Address), new TestClock(), logging.CreateLogger<PublicGeocoder>());
        await finder.FindAsync(Wanted, Token);
        fake.Answer = context =>
        {
            context.Response.StatusCode = 500;
            return Task.CompletedTask;
        };
        await finder.FindAsync(Wanted, Token);

        lines.ShouldNotBeEmpty();
        tags.Where(t => t.Contains("geocodage", StringComparison.Ordinal)).ShouldNotBeEmpty();
        lines.Concat(tags).ShouldAllBe(l => !l.Contains("publique", StringComparison.OrdinalIgnoreCase) && !l.Contains("69600", StringComparison.Ordinal));
    }

    private static (string Rule, bool Certain, int Places, KnownPlace[] Known)[] Answers()
    {
        var sure = Place(0.97);
        return
        [
            ("one that is sure is the place", true, 1, [sure]),
            ("of a street it is asked whether it is there", false, 1, [sure with { Kind = "street" }]),
            ("of one that is not sure too", false, 1, [sure with { Score = 0.6 }]),
            ("what is hardly like it is not shown", false, 0, [sure with { Score = 0.3 }]),
            ("a commune alone is no place", false, 0, [sure with { Kind = "municipality" }]),
            ("another commune is not the town", false, 0, [sure with { Commune = "69123" }]),
            ("what is far away is a mistake", false, 0, [sure with { Position = new Position(48.85, 2.35) }]),
            ("of two as sure one is chosen", false, 2, [sure, sure with { Label = "3 Rue de la République (Pierre-Bénite)", Position = new Position(45.7034, 4.8247), Score = 0.95 }]),
            ("two at one place are one", true, 1, [sure, sure with { Label = "3 bis Rue de la République", Position = new Position(45.7152, 4.81), Score = 0.95 }]),
            ("one that is much surer is the place", true, 2, [sure, sure with { Label = "3 Rue de la République Nouvelle", Position = new Position(45.7034, 4.8247), Score = 0.7 }]),
            ("one elsewhere does not make the place doubtful", true, 1, [sure with { Commune = "69123", Score = 0.98 }, sure]),
        ];
    }

    [Fact]
    public void Is_taken_with_care()
    {
        foreach (var (rule, certain, places, known) in Answers())
        {
            var found = FindingAddress.Judge(known, new TownRecord("oullins", Examples.Town("Oullins"), []), ["69149"]);
            (found.Certain, found.Places.Count).ShouldBe((certain, places), rule);
        }
    }

    [Fact]
    public async Task Is_answered_by_the_service_and_never_with_an_error_of_the_geocoder()
    {
        await using var fake = await FakeGeocoder.StartAsync();
        await using var asking = host.WithWebHostBuilder(b => b.UseSetting(PublicGeocoder.Url.Name, fake.Address));
        using var client = asking.CreateClient(new() { BaseAddress = new Uri("http://localhost/api/v1/") });
        client.DefaultRequestHeaders.Authorization = new("Bearer", Tokens.Resident());
        fake.Answer = context => FakeGeocoder.WriteAsync(context, FakeGeocoder.Collection(FakeGeocoder.Feature("3 Rue de la République 69600 Oullins-Pierre-Bénite", 0.97)));

        var found = await AskAsync(client, Sought);
        found.Certain.ShouldBeTrue();
        found.Places.ShouldBe([new FoundAddress("3 Rue de la République 69600 Oullins-Pierre-Bénite", new Position(45.7151, 4.8099))]);

        fake.Answer = context =>
        {
            context.Response.StatusCode = 500;
            return Task.CompletedTask;
        };
        (await AskAsync(client, Sought)).Places.ShouldBeEmpty();

        // A postcode of no commune of the town is not even asked about.
        var asked = fake.Asked.Count;
        (await AskAsync(client, Sought with { Postcode = "69001" })).Places.ShouldBeEmpty();
        fake.Asked.Count.ShouldBe(asked);
    }

    [Fact]
    public async Task Is_nowhere_without_a_geocoder_and_must_be_an_address_of_a_town()
    {
        var client = host.Client(Tokens.Resident());
        (await AskAsync(client, Sought)).ShouldSatisfyAllConditions(f => f.Certain.ShouldBeFalse(), f => f.Places.ShouldBeEmpty());
        (await client.PostAsJsonAsync("towns/atlantide/addresses", Sought, MerchantsHost.Json)).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        var answer = await client.PostAsJsonAsync("towns/oullins/addresses", new SoughtAddress(" ", "696", "a\nb"), MerchantsHost.Json);
        answer.StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
        JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["errors"]!.AsArray().Select(e => e!["field"]!.GetValue<string>()).ShouldBe(["street", "city", "postcode"], ignoreOrder: true);
    }

    private static KnownPlace Place(double score) => new("3 Rue de la République 69600 Oullins-Pierre-Bénite", score, "housenumber", "69149", new Position(45.7151, 4.8099));

    private static PublicGeocoder Finder(string address, TestClock? clock = null) => new(PublicGeocoder.ClientOf(address), clock ?? new TestClock(), LoggerFactory.Create(_ => { }).CreateLogger<PublicGeocoder>());

    private static async Task<FoundAddresses> AskAsync(HttpClient client, SoughtAddress address)
    {
        var answer = await client.PostAsJsonAsync("towns/oullins/addresses", address, MerchantsHost.Json);
        answer.StatusCode.ShouldBe(HttpStatusCode.OK, await answer.Content.ReadAsStringAsync());
        return (await answer.Content.ReadFromJsonAsync<FoundAddresses>(MerchantsHost.Json))!;
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private sealed class Lines(ConcurrentQueue<string> lines) : ILoggerProvider, ILogger
    {
        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) => lines.Enqueue(formatter(state, exception) + exception);

        public void Dispose()
        {
        }
    }
}
