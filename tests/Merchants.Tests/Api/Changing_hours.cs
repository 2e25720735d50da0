using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Marketplace.Contracts.Merchants.Api;
using Marketplace.Merchants.Tests.Calendar;
using Marketplace.Merchants.Tests.Hosting;

namespace Marketplace.Merchants.Tests.Api;

/// <summary>Two people behind one counter, and what each of them closes or opens. It is Wednesday 10 June 2026.</summary>
public sealed class Changing_hours(MerchantsHost host) : IClassFixture<MerchantsHost>
{
    private static readonly ExceptionalHours Today = Week.Closed("2026-06-10", "2026-06-10", "Panne du four");

    [Fact]
    public async Task Closing_today_closes_today_alone_and_is_taken_back()
    {
        await host.OpenShopAsync("panne");
        (await host.GetAsync<Shop>("shops/panne")).NextDays[0].Blocks.Count.ShouldBe(2);

        var closed = await ChangeAsync("shops/panne/exceptions", Today);
        closed.NextDays.Count(d => d.Blocks.Count == 0 && d.Reason is not null).ShouldBe(1);
        closed.NextDays[0].ShouldSatisfyAllConditions(d => d.Date.ShouldBe(new DateOnly(2026, 6, 10)), d => d.Blocks.ShouldBeEmpty(), d => d.Reason.ShouldBe("Panne du four"));
        closed.NextDays[1].Blocks.Count.ShouldBe(2);
        (await host.GetAsync<List<PickupSlot>>("shops/panne/pickup-slots?days=1")).ShouldBeEmpty();

        // Pressed twice it is closed once.
        (await ChangeAsync("shops/panne/exceptions", Today)).Version.ShouldBe(closed.Version);
        var open = await ChangeAsync("shops/panne/exceptions/removal", Today);
        open.Exceptions.ShouldBeEmpty();
        open.NextDays[0].Blocks.Count.ShouldBe(2);
        (await ChangeAsync("shops/panne/exceptions/removal", Today)).Version.ShouldBe(open.Version, "what is not there is not news");
    }

    [Fact]
    public async Task Closing_a_day_that_was_to_be_open_otherwise_holds()
    {
        await host.OpenShopAsync("inventaire");
        await ChangeAsync("shops/inventaire/exceptions", Week.Open("2026-06-10", "09:00-11:00"));
        await ChangeAsync("shops/inventaire/exceptions", Week.Closed("2026-06-08", "2026-06-20"));
        (await ChangeAsync("shops/inventaire/exceptions", Today)).NextDays[0].Blocks.ShouldBeEmpty();
        (await ChangeAsync("shops/inventaire/exceptions/removal", Today)).NextDays[0].Blocks.ShouldBe(Week.Blocks("09:00-11:00"));
    }

    [Fact]
    public async Task Dates_of_two_people_at_once_all_stand()
    {
        await host.OpenShopAsync("equipe");
        var days = Enumerable.Range(15, 12).Select(day => Week.Closed($"2026-07-{day}", $"2026-07-{day}")).ToList();
        var answers = await Task.WhenAll(days.Select(d => host.Operator.PostAsJsonAsync("shops/equipe/exceptions", d, MerchantsHost.Json)));
        answers.ShouldAllBe(a => a.IsSuccessStatusCode);
        (await host.GetAsync<Shop>("shops/equipe")).Exceptions.Select(e => e.From).ShouldBe(days.Select(d => d.From), ignoreOrder: true);
    }

    [Fact]
    public async Task What_was_changed_meanwhile_is_not_overwritten_by_who_says_what_they_saw()
    {
        var seen = await host.OpenShopAsync("duo");
        (await PutAsync("hours", Week.Always("09:00-12:00"), seen.Version)).StatusCode.ShouldBe(HttpStatusCode.OK);
        foreach (var path in (string[])["hours", "slot-rules", "exceptions"])
        {
            object late = path switch { "hours" => Week.Always("10:00-12:00"), "slot-rules" => new SlotRules(15, 9, 0), _ => new[] { Today } };
            (await PutAsync(path, late, seen.Version)).StatusCode.ShouldBe(HttpStatusCode.PreconditionFailed, path);
        }

        var now = await host.GetAsync<Shop>("shops/duo");
        now.Hours.Days[0].Blocks.ShouldBe(Week.Blocks("09:00-12:00"));
        (now.Version, now.Slots.Minutes, now.Exceptions.Count).ShouldBe((seen.Version + 1, seen.Slots.Minutes, 0));
        (await PutAsync("slot-rules", new SlotRules(15, 9, 0, null, 3, [new(6, "12:00")]), now.Version)).Headers.ETag!.Tag.ShouldBe($"\"{now.Version + 1}\"");
        (await host.GetAsync<Shop>("shops/duo")).Slots.CutOffs.ShouldBe([new DayCutOff(6, "12:00")]);

        async Task<HttpResponseMessage> PutAsync(string path, object body, long version)
        {
            using var request = new HttpRequestMessage(HttpMethod.Put, "shops/duo/" + path) { Content = JsonContent.Create(body, body.GetType(), options: MerchantsHost.Json), Headers = { { "If-Match", $"\"{version}\"" } } };
            return await host.Operator.SendAsync(request);
        }
    }

    [Fact]
    public async Task A_date_that_is_past_is_not_added_and_one_long_past_goes()
    {
        await host.OpenShopAsync("passe");
        (await host.Operator.PutAsync("shops/passe/exceptions", new[] { Week.Closed("2025-08-01", "2025-08-31"), Week.Closed("2026-06-01", "2026-06-05") })).EnsureSuccessStatusCode();
        var late = await host.Operator.PostAsJsonAsync("shops/passe/exceptions", Week.Closed("2026-06-09", "2026-06-09"), MerchantsHost.Json);
        late.StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
        (await late.Content.ReadFromJsonAsync<JsonObject>())!["type"]!.GetValue<string>().Split('/')[^1].ShouldBe("date-past");
        (await ChangeAsync("shops/passe/exceptions", Today)).Exceptions.Select(e => e.From.ToString("yyyy-MM-dd", null)).ShouldBe(["2026-06-01", "2026-06-10"]);
    }

    [Fact]
    public async Task The_coming_public_holidays_say_whether_the_shop_is_open()
    {
        await host.OpenShopAsync("feries", s => s with { Hours = Week.Of((1..6, ["08:30-12:30"])) });
        await ChangeAsync("shops/feries/exceptions", Week.Open("2026-07-14", "09:00-11:00"));
        var holidays = await host.GetAsync<List<PublicHoliday>>("shops/feries/public-holidays");
        holidays.Count.ShouldBe(11);
        holidays[0].ShouldSatisfyAllConditions(h => h.Name.ShouldBe("Fête nationale"), h => h.Blocks.ShouldBe(Week.Blocks("09:00-11:00")), h => h.Usual.ShouldBe(Week.Blocks("08:30-12:30")));
        holidays[1].ShouldSatisfyAllConditions(h => h.Date.ShouldBe(new DateOnly(2026, 8, 15)), h => h.Blocks.ShouldBeEmpty());
        await host.OpenShopAsync("alsace", s => s with { Postcode = "67000" });
        (await host.GetAsync<List<PublicHoliday>>("shops/alsace/public-holidays")).Count.ShouldBe(13);
    }

    private async Task<Shop> ChangeAsync(string path, ExceptionalHours exception)
    {
        var answer = await host.Operator.PostAsJsonAsync(path, exception, MerchantsHost.Json);
        answer.EnsureSuccessStatusCode();
        return (await answer.Content.ReadFromJsonAsync<Shop>(MerchantsHost.Json))!;
    }
}
