using System.Text;
using Marketplace.Ordering.Webhooks;
using Microsoft.Extensions.Configuration;

namespace Marketplace.Ordering.Tests;

/// <summary>The Standard Webhooks scheme, by the specification's own example, and when what was not taken is sent again.</summary>
public sealed class Signing_and_retrying
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 26, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Signs_and_verifies_the_example_of_the_specification()
    {
        const string Secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
        const string Signature = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";
        var (id, timestamp, body) = ("msg_p5jXN8AQM9LWM0D4loKWxJek", "1614265330", """{"test": 2432232314}""");
        ListeningProgram.Call.Verifies(Secret, id, timestamp, Signature, body).ShouldBeTrue("the tests' own receiver reads the scheme right");
        ListeningProgram.Call.Verifies(Secret, id, timestamp, Signature, body + " ").ShouldBeFalse();
        WebhookSecrets.Sign(Convert.FromBase64String(Secret["whsec_".Length..]), Encoding.UTF8.GetBytes($"{id}.{timestamp}.{body}")).ShouldBe(Signature);
    }

    [Fact]
    public void Each_endpoint_and_each_rotation_has_a_secret_of_its_own_that_any_process_computes_alike()
    {
        var (one, other) = (Guid.NewGuid(), Guid.NewGuid());
        var secrets = Secrets("a-secret-of-the-tests-that-opens-nothing-else");
        var shown = new[] { secrets.Shown(one, 1), secrets.Shown(one, 2), secrets.Shown(other, 1), Secrets("another-secret").Shown(one, 1) };
        shown.Distinct().Count().ShouldBe(4);
        shown.Select(s => Convert.FromBase64String(s.Split("whsec_")[1]).Length).ShouldBe([32, 32, 32, 32]);
        Secrets("a-secret-of-the-tests-that-opens-nothing-else").Shown(one, 2).ShouldBe(shown[1]);

        var both = secrets.Sign(one, 2, formerToo: true, "msg_1", Noon, "{}");
        var seconds = Noon.ToUnixTimeSeconds().ToString(System.Globalization.CultureInfo.InvariantCulture);
        ListeningProgram.Call.Verifies(shown[0], "msg_1", seconds, both, "{}").ShouldBeTrue();
        ListeningProgram.Call.Verifies(shown[1], "msg_1", seconds, both, "{}").ShouldBeTrue();
        var alone = secrets.Sign(one, 2, formerToo: false, "msg_1", Noon, "{}");
        ListeningProgram.Call.Verifies(shown[0], "msg_1", seconds, alone, "{}").ShouldBeFalse();
        secrets.Sign(one, 1, formerToo: true, "msg_1", Noon, "{}").ShouldNotContain(" ", customMessage: "there was none before the first");
    }

    [Theory]
    [InlineData(0), InlineData(0.5), InlineData(1)]
    public void Is_tried_for_three_days_at_growing_distance_and_once_more_at_their_end(double chance)
    {
        var (now, attempts, waits) = (Noon, 0, new List<TimeSpan>());
        while (WebhookRetries.Next(++attempts, Noon, now, chance) is { } next)
        {
            waits.Add(next - now);
            now = next;
        }

        (now - Noon).ShouldBe(TimeSpan.FromDays(3));
        attempts.ShouldBeInRange(10, 13);
        waits[0].ShouldBeInRange(TimeSpan.FromSeconds(4), TimeSpan.FromSeconds(6));
        waits.Take(waits.Count - 1).ShouldBe(waits.Take(waits.Count - 1).Order(), "each longer than the one before, but for the last, which ends the three days");
    }

    [Fact]
    public void A_receiver_that_asks_for_time_is_given_it_within_the_three_days()
    {
        WebhookRetries.Next(1, Noon, Noon, 0.5, TimeSpan.FromHours(1)).ShouldBe(Noon.AddHours(1));
        WebhookRetries.Next(1, Noon, Noon.AddHours(71.5), 0.5, TimeSpan.FromHours(1)).ShouldBe(Noon.AddDays(3));
        WebhookRetries.Next(4, Noon, Noon, 0.5, TimeSpan.FromSeconds(1)).ShouldBe(Noon.AddMinutes(30), "no sooner than it would be anyway");
    }

    private static WebhookSecrets Secrets(string secret) =>
        new(new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?> { ["Ordering:TokenSecret"] = secret }).Build());
}
