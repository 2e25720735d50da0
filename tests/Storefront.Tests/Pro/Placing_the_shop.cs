using System.Net;
using System.Text.Json;
using Marketplace.Contracts;
using Marketplace.Contracts.Merchants.Api;
using Marketplace.Storefront.Merchants.Placing;
using Marketplace.Storefront.Tests.Accounts;

namespace Marketplace.Storefront.Tests.Pro;

/// <summary>A shop is put on the town's plan, without script: by its address, by a press on the plan, by the buttons beside it. Nothing typed is lost on the way.</summary>
public sealed class Placing_the_shop(AccountsHost host) : AtTheCounter(host)
{
    private const string Join = "/vienne/rejoindre";
    private const string Details = $"{Board}/boutique/coordonnees";
    private static readonly Position _centre = new(45.71, 4.8);

    private static readonly (string, string)[] _filled =
    [
        ("Siret", "732 829 320 00074"), ("ActivityCode", "1071C"), ("LegalName", "SARL Le Petit Four"), ("LegalForm", "SARL"), ("Name", "Le Petit Four"), ("Kind", "Boulangerie"), ("Description", "Du <b>pain</b>."),
        ("Postcode", "38200"), ("City", "Vienne"), ("Phone", "04 65 71 22 33"), ("Days", "1"), ("Opens", "07:15"), ("LunchFrom", ""), ("LunchTo", ""), ("Terms", MerchantTerms.Current),
    ];

    [Fact]
    public async Task By_its_address_when_that_is_certain_and_without_another_press()
    {
        _host.Services.Addresses["1 rue Sûre"] = new(true, [new("1 Rue Sûre 38200 Vienne", new Position(45.52441, 4.87812))]);
        await SignInAsync("staff");
        await (await _browser.OpenAsync(Join)).SubmitAsync(Join, [.. _filled, ("Street", "1 rue Sûre")]);
        _browser.Location.ShouldBe("/pro/le-petit-four/ouverture?fait=applied");
        Sent().Position.ShouldBe(new Position(45.52441, 4.87812));
        var asked = _host.Services.AskedOf("merchants", "towns/vienne/addresses")[^1];
        JsonSerializer.Deserialize<SoughtAddress>(asked.Body, JsonSerializerOptions.Web).ShouldBe(new SoughtAddress("1 rue Sûre", "38200", "Vienne"));
        asked.Path.ShouldBe("towns/vienne/addresses", "what stands in an address line is logged");
    }

    [Fact]
    public async Task By_a_choice_when_the_address_could_be_several()
    {
        _host.Services.Addresses["2 rue Double"] = new(false, [new("2 Rue Double 38200 Vienne", new Position(45.71, 4.801)), new("2 Rue Double 38200 Estrablin", new Position(45.712, 4.83))]);
        await SignInAsync("staff");
        await (await _browser.OpenAsync(Join)).SubmitAsync(Join, [.. _filled, ("Street", "2 rue Double")]);
        _browser.Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
        _browser.Page.QuerySelectorAll("#erreurs a").Select(a => (a.GetAttribute("href"), Browser.Plain(a.TextContent))).ShouldBe([("#champ-Position", "Dites laquelle de ces adresses est celle de la boutique, ou montrez-la sur le plan")]);
        Browser.WordsOf(_browser.Page.QuerySelector(".plan-choice")).ShouldContain("1. 2 Rue Double 38200 Vienne 2. 2 Rue Double 38200 Estrablin");
        _browser.Page.QuerySelectorAll(".plan-found").Length.ShouldBe(2, "both are shown on the plan");
        KeepsAll();
        await _browser.SubmitAsync(Join, ("Found", "45.712, 4.83"), ("Description", "Du pain."));
        _browser.Location.ShouldBe("/pro/le-petit-four/ouverture?fait=applied");
        Sent().Position.ShouldBe(new Position(45.712, 4.83));
    }

    // Two streets of one name lie far apart: who looks closer at them has not chosen, and is asked still.
    [Fact]
    public async Task By_a_choice_that_is_still_there_after_a_look_closer()
    {
        _host.Services.Addresses["2 rue Double"] = new(false, [new("2 Rue Double 38200 Vienne", new Position(45.71, 4.801)), new("2 Rue Double | 38200 Estrablin", new Position(45.712, 4.83))]);
        await SignInAsync("staff");
        await (await _browser.OpenAsync(Join)).SubmitAsync(Join, [.. _filled, ("Street", "2 rue Double")]);
        var asked = _host.Services.AskedOf("merchants", "towns/vienne/addresses").Count;
        foreach (var look in (string[])["closer", "wider", "wider"])
        {
            await _browser.SubmitAsync(Join, ("Found", "45.712, 4.83"), ("Do", look), ("Description", "Du <b>pain</b>."));
            _browser.Page.QuerySelectorAll(".plan-choice label").Select(Browser.WordsOf).ShouldBe(["1. 2 Rue Double 38200 Vienne", "2. 2 Rue Double | 38200 Estrablin"]);
            _browser.Page.QuerySelector("[name=Found][checked]")!.GetAttribute("value").ShouldBe("45.712, 4.83");
            _browser.Page.QuerySelectorAll(".plan-found").Length.ShouldBeGreaterThan(0);
            KeepsAll();
        }
        _host.Services.AskedOf("merchants", "towns/vienne/addresses").Count.ShouldBe(asked, "an address leaves this site once");

        // Another address, or a press on the plan, and there is nothing left to choose from.
        await _browser.SubmitAsync(Join, ("Street", "3 rue Double"), ("Do", "closer"));
        _browser.Page.QuerySelectorAll(".plan-choice").ShouldBeEmpty();
        await (await _browser.OpenAsync(Join)).SubmitAsync(Join, [.. _filled, ("Street", "2 rue Double")]);
        await _browser.SubmitAsync(Join, ("PlanS.x", "128"), ("PlanS.y", "128"));
        _browser.Page.QuerySelectorAll(".plan-choice").ShouldBeEmpty();
    }

    [Fact]
    public async Task By_the_answer_to_one_question_when_the_address_is_not_certain()
    {
        _host.Services.Addresses["Halle du marché"] = new(false, [new("Place du Marché 38200 Vienne", new Position(45.7105, 4.8012))]);
        await SignInAsync("staff");
        await (await _browser.OpenAsync(Join)).SubmitAsync(Join, [.. _filled, ("Street", "Halle du marché")]);
        _browser.Words.ShouldContain("Est-ce bien ici ?");
        await _browser.SubmitAsync(Join, ("Found", "45.7105, 4.8012"));
        Sent().Position.ShouldBe(new Position(45.7105, 4.8012));
    }

    [Fact]
    public async Task By_a_press_on_the_plan_when_nobody_knows_the_address()
    {
        _host.Services.Addresses["9 rue Neuve"] = FoundAddresses.None;
        await SignInAsync("staff");
        await (await _browser.OpenAsync(Join)).SubmitAsync(Join, [.. _filled, ("Street", "9 rue Neuve")]);
        _browser.Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
        _browser.Page.QuerySelectorAll("#erreurs a").Select(a => (a.GetAttribute("href"), Browser.Plain(a.TextContent))).ShouldBe([("#champ-Position", "Montrez sur le plan où est la boutique")]);
        _browser.Page.QuerySelector("#champ-Position").ShouldNotBeNull();
        _browser.Words.ShouldContain("La boutique n'est pas encore sur le plan.");
        KeepsAll("9 rue Neuve");

        // The picture of a phone: 192 of 256 pixels to the east, 64 to the south; the plan is 2.5 km wide.
        await _browser.SubmitAsync(Join, ("PlanS.x", "192"), ("PlanS.y", "64"), ("Description", "Du <b>pain</b>."));
        _browser.Status.ShouldBe(HttpStatusCode.OK);
        KeepsAll("9 rue Neuve");
        Point().ShouldSatisfyAllConditions(p => p.Lat.ShouldBe(45.71 + (625 / 111_195.0), 0.0001), p => p.Lon.ShouldBe(4.8 + (625 / (111_195 * Math.Cos(Math.PI * 45.71 / 180))), 0.0001));
        _browser.Words.ShouldContain("La boutique est à 880 m au nord-est du centre d'Oullins-Pierre-Bénite.");
        _browser.Page.QuerySelector(".plan-pin").ShouldNotBeNull();
        _browser.Page.QuerySelectorAll("#erreurs").ShouldBeEmpty();

        var point = Point();
        await _browser.SubmitAsync(Join, ("Description", "Du pain."));
        _browser.Location.ShouldBe("/pro/le-petit-four/ouverture?fait=applied");
        Sent().Position.ShouldBe(point);
    }

    [Theory]
    [InlineData("PlanL", 256, 256, 0, 0)]
    [InlineData("PlanL", 0, 0, 0, 0)] // pressed by a key: it says the corner, and the middle is meant
    [InlineData("PlanS", 128, 0, 0, 1250)]
    [InlineData("PlanL", 512, 512, 1250, -1250)]
    [InlineData("PlanL", -40, 9000, -1250, -1250)] // of no picture: its edge
    public async Task By_a_press_is_where_it_was_pressed(string picture, int x, int y, double east, double north)
    {
        await SignInAsync("staff");
        await (await _browser.OpenAsync(Join)).SubmitAsync(Join, (picture + ".x", Number(x)), (picture + ".y", Number(y)));
        var (gotEast, gotNorth) = PlanView.Metres(_centre, Point());
        (gotEast, gotNorth).ShouldSatisfyAllConditions(m => m.gotEast.ShouldBe(east, 2), m => m.gotNorth.ShouldBe(north, 2));
    }

    [Fact]
    public async Task By_the_buttons_is_moved_as_far_as_they_say()
    {
        await SignInAsync("staff");
        await (await _browser.OpenAsync(Join)).SubmitAsync(Join, ("Do", "north")); // from the middle of the plan, a hundred metres unless said otherwise
        Moved(0, 100);
        await _browser.SubmitAsync(Join, ("Do", "east"), ("Step", "500"));
        Moved(500, 100);
        await _browser.SubmitAsync(Join, ("Do", "south"), ("Step", "10"));
        _browser.Page.QuerySelector("[name=Step][checked]")!.GetAttribute("value").ShouldBe("10", "it stays chosen");
        await _browser.SubmitAsync(Join, ("Do", "west"));
        Moved(490, 90);
        foreach (var button in _browser.Page.QuerySelectorAll("[data-plan] button[name=Do], [data-plan] input[type=image]"))
        {
            button.GetAttribute("formaction").ShouldBe(Join + "#champ-Position", "without script it comes back to the plan");
        }

        // Out of the picture, the picture goes along.
        for (var n = 0; n < 3; n++)
        {
            await _browser.SubmitAsync(Join, ("Do", "east"), ("Step", "500"));
        }
        _browser.Page.QuerySelector(".plan-pin").ShouldNotBeNull();
        Moved(1990, 90);

        void Moved(double east, double north)
        {
            var (e, n) = PlanView.Metres(_centre, Point());
            e.ShouldBe(east, 2);
            n.ShouldBe(north, 2);
        }
    }

    [Fact]
    public async Task Looks_closer_and_wider_without_moving_anything()
    {
        await SignInAsync("staff");
        await (await _browser.OpenAsync(Join)).SubmitAsync(Join, ("Do", "closer"));
        _browser.Page.QuerySelector("[name=View]")!.GetAttribute("value").ShouldBe("45.71, 4.8, 1200");
        _browser.Page.QuerySelector("[name=Position]")!.GetAttribute("value").ShouldBeNullOrEmpty();
        foreach (var (what, least) in new[] { ("closer", "300"), ("wider", "80000") })
        {
            for (var n = 0; n < 10; n++)
            {
                await _browser.SubmitAsync(Join, ("Do", what));
            }
            _browser.Page.QuerySelector("[name=View]")!.GetAttribute("value").ShouldEndWith(", " + least);
            _browser.Page.QuerySelector($"button[value={what}]")!.HasAttribute("disabled").ShouldBeTrue();
        }
    }

    [Fact]
    public void No_name_is_written_over_the_dot_of_another()
    {
        var town = ProSamples.Town("vienne");
        var view = PlanView.Of(town.Position, 1200);
        // In pairs, the second where the name of the first would stand beside it; of three rows.
        List<TownPlan.Landmark> shops = [.. from row in Enumerable.Range(0, 3) from east in new[] { -350, -250, 150, 250 } select new TownPlan.Landmark($"Boutique {row} {east}", PlanView.Moved(town.Position, east, 300 - (250 * row)), "shop")];
        var marks = new TownPlan(town, view, null, shops, [], 100).Marks();
        marks.Count(m => m.Text is not null).ShouldBeGreaterThan(3);
        foreach (var named in marks.Where(m => m.Text is not null))
        {
            var width = named.Text!.Length * 14;
            var left = named.Anchor switch { "start" => named.TextX, "end" => named.TextX - width, _ => named.TextX - (width / 2.0) };
            marks.Where(m => m.X > left && m.X < left + width && m.Y > named.TextY - 20 && m.Y < named.TextY).ShouldBeEmpty(named.Text);
        }
    }

    [Fact]
    public async Task Outside_the_town_is_refused_with_a_sentence_and_leaves_the_point()
    {
        await SignInAsync("staff");
        await (await _browser.OpenAsync(Join)).SubmitAsync(Join, ("Do", "north"));
        var before = Point();
        await _browser.SubmitAsync(Join, ("View", "45.71, 4.8, 80000"), ("PlanL.x", "5"), ("PlanL.y", "256"));
        _browser.Status.ShouldBe(HttpStatusCode.OK);
        _browser.Words.ShouldContain("Ce point est à 39 km du centre d'Oullins-Pierre-Bénite : une boutique de la ville en est à 30 km au plus. Le point n'a pas bougé.");
        Point().ShouldBe(before);
    }

    [Theory]
    [InlineData("ici")]
    [InlineData("NaN, 4.8")]
    [InlineData("145.7, 4.8")]
    [InlineData("45.7")]
    public async Task In_degrees_that_are_none_is_said_and_kept(string typed)
    {
        await SignInAsync("staff");
        await (await _browser.OpenAsync(Join)).SubmitAsync(Join, [.. _filled, ("Street", "3 rue de la République"), ("Position", typed)]);
        _browser.Page.QuerySelectorAll("#erreurs a").Select(a => Browser.Plain(a.TextContent)).ShouldBe(["Écrivez la latitude et la longitude, par exemple 45.714, 4.808"]);
        _browser.Page.QuerySelector("[name=Position]")!.GetAttribute("value").ShouldBe(typed);
        _browser.Page.QuerySelector("[data-plan] details")!.HasAttribute("open").ShouldBeTrue();
    }

    [Theory]
    [InlineData("View", "ici, là, 3")]
    [InlineData("View", "45.71, 4.8, 17")]
    [InlineData("Step", "-3")]
    [InlineData("Placed", "|||")]
    [InlineData("Do", "sideways")]
    public async Task Takes_no_harm_from_what_no_page_sends(string field, string value)
    {
        await SignInAsync("staff");
        await (await _browser.OpenAsync(Join)).SubmitAsync(Join, (field, value), ("PlanS.x", "128"), ("PlanS.y", "128"));
        _browser.Status.ShouldBe(HttpStatusCode.OK);
        PlanView.Between(_centre, Point()).ShouldBeLessThan(20);
        (await _browser.SubmitAsync(Join, (field, value))).Status.ShouldBe(HttpStatusCode.UnprocessableEntity, "what is missing");
    }

    [Fact]
    public async Task Of_who_is_signed_out_meanwhile_keeps_the_point()
    {
        using var browser = _host.Browser();
        await browser.PostAsync(Join, [.. _filled, ("Street", "1 rue Sûre"), ("Position", "45.712, 4.803"), ("Do", "north")]);
        browser.Status.ShouldBe(HttpStatusCode.Unauthorized);
        browser.Page.QuerySelector("[name=Position]")!.GetAttribute("value").ShouldBe("45.712, 4.803");
        _host.Services.AskedOf("merchants", "towns/vienne/addresses").ShouldAllBe(a => a.Token != null);
    }

    // Somebody may have put it exactly at its door: an address, however certain, moves it at a word alone.
    [Fact]
    public async Task Moves_with_its_address_when_its_owner_says_so()
    {
        _host.Services.Addresses["12 rue Charton"] = new(true, [new("12 Rue Charton 69600", new Position(45.7166, 4.8071))]);
        var asked = _host.Services.AskedOf("merchants", "towns/oullins-pierre-benite/addresses").Count;
        await SignInAsync("owner");
        await _browser.OpenAsync(Details);
        _browser.Words.ShouldContain("La boutique est au centre d'Oullins-Pierre-Bénite.");
        await _browser.SubmitAsync(Details, ("Phone", "04 78 51 00 00"), ("Email", "pain@exemple.fr"));
        _browser.Location.ShouldBe(Details + "?fait=saved");
        _host.Services.AskedOf("merchants", "towns/oullins-pierre-benite/addresses").Count.ShouldBe(asked, "the address is the same");

        await (await _browser.FollowAsync()).SubmitAsync(Details, ("Street", "12 rue Charton"));
        _browser.Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
        Browser.WordsOf(_browser.Page.QuerySelector(".plan-choice")).ShouldContain("1. 12 Rue Charton 69600");
        _browser.Page.QuerySelector("button[value=keep]").ShouldNotBeNull();
        (_host.Services.Shops["boulangerie"].Position, _browser.Page.QuerySelector("[name=Position]")!.GetAttribute("value")).ShouldBe((_centre, PlanView.Write(_centre)));

        await _browser.SubmitAsync(Details, ("Found", "45.7166, 4.8071"));
        _browser.Location.ShouldBe(Details + "?fait=saved");
        _host.Services.Shops["boulangerie"].Position.ShouldBe(new Position(45.7166, 4.8071));
        (await _browser.FollowAsync()).Words.ShouldContain("La boutique est à 920 m au nord-est du centre d'Oullins-Pierre-Bénite.");
    }

    [Fact]
    public async Task Stays_where_it_was_put_when_its_new_address_is_said_to_be_there()
    {
        await SignInAsync("owner");
        await (await _browser.OpenAsync(Details)).SubmitAsync(Details, ("Phone", "04 78 51 00 00"), ("Email", "pain@exemple.fr"));
        var put = PlanView.Moved(_centre, 0, 30);
        _host.Services.Addresses["1 bis place"] = new(true, [new("1bis Place 69600", put)]);
        await (await _browser.FollowAsync()).SubmitAsync(Details, ("Street", "1 bis place"));
        _browser.Location.ShouldBe(Details + "?fait=saved", "nothing is asked");
        _host.Services.Shops["boulangerie"].ShouldSatisfyAllConditions(s => s.Street.ShouldBe("1 bis place"), s => s.Position.ShouldBe(_centre));
    }

    [Fact]
    public async Task Is_asked_for_anew_when_its_address_changes_to_one_that_nobody_knows()
    {
        _host.Services.Addresses["10 rue Neuve"] = FoundAddresses.None;
        await SignInAsync("owner");
        await (await _browser.OpenAsync(Details)).SubmitAsync(Details, ("Phone", "04 78 51 00 00"), ("Email", "pain@exemple.fr"), ("Street", "10 rue Neuve"), ("Description", "Du pain."));
        _browser.Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
        _browser.Page.QuerySelectorAll("#erreurs a").Select(a => (a.GetAttribute("href"), Browser.Plain(a.TextContent))).ShouldBe([("#champ-Position", "L'adresse a changé : montrez sur le plan où est la boutique maintenant, ou dites que le point est encore bon")]);
        _host.Services.Shops.GetValueOrDefault("boulangerie")?.Street.ShouldNotBe("10 rue Neuve");

        await _browser.SubmitAsync(Details, ("Do", "keep"), ("Description", "Du pain."));
        _browser.Status.ShouldBe(HttpStatusCode.OK);
        _browser.Page.QuerySelectorAll("button[value=keep]").ShouldBeEmpty();
        _browser.Page.QuerySelector("[name=Street]")!.GetAttribute("value").ShouldBe("10 rue Neuve");
        await _browser.SubmitAsync(Details, ("Description", "Du pain."));
        _browser.Location.ShouldBe(Details + "?fait=saved");
        _host.Services.Shops["boulangerie"].ShouldSatisfyAllConditions(s => s.Street.ShouldBe("10 rue Neuve"), s => s.Position.ShouldBe(_centre));
    }

    [Fact]
    public async Task Is_sent_by_enter_in_a_field_and_not_by_a_button_of_the_plan()
    {
        await SignInAsync("owner");
        foreach (var path in (string[])[Join, Details])
        {
            var first = (await _browser.OpenAsync(path)).Page.QuerySelectorAll("form.join button:not([type=button]), form.join input[type=submit], form.join input[type=image]")[0];
            (first.HasAttribute("name"), first.ClassList.Contains("hidden")).ShouldBe((false, true));
        }
    }

    private Position Point() => PlanView.Point(_browser.Page.QuerySelector("[name=Position]")!.GetAttribute("value")).ShouldNotBeNull();

    private ShopApplication Sent() => JsonSerializer.Deserialize<ShopApplication>(_host.Services.AskedOf("merchants", "towns/vienne/applications").Last(a => a.Method == "POST").Body, JsonSerializerOptions.Web)!;

    private void KeepsAll(string? street = null)
    {
        foreach (var (field, value) in _filled.Where(f => f.Item1 is not ("Description" or "Days" or "Terms") && f.Item2.Length > 0))
        {
            _browser.Page.QuerySelector($"form.join [name={field}]")!.GetAttribute("value").ShouldBe(value, field);
        }
        _browser.Page.QuerySelector("[name=Description]")!.TextContent.ShouldBe("Du <b>pain</b>.");
        _browser.Page.QuerySelectorAll("[name=Days][checked]").Select(d => d.GetAttribute("value")).ShouldBe(["1"]);
        _browser.Page.QuerySelector("[name=Terms]")!.HasAttribute("checked").ShouldBeTrue();
        if (street is not null)
        {
            _browser.Page.QuerySelector("[name=Street]")!.GetAttribute("value").ShouldBe(street);
        }
    }

    private static string Number(int number) => number.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
