using System.Globalization;
using System.Text;
using Marketplace.Ordering.Payments;

namespace Marketplace.StripeSimulator.Tests;

/// <summary>
/// Stripe's signatures. What is expected was not computed by what is tested: <c>printf '%s.%s' TIME BODY | openssl sha256 -hmac SECRET</c>.
/// </summary>
public sealed class Signing
{
    private const string Secret = "whsec_test_secret";
    private const string Body = """{"id":"evt_1","object":"event","type":"checkout.session.completed","data":{"object":{"name":"Épicerie d’Oullins"}}}""";
    private const string Right = "e0c50d9b8df303216f10683fb2fdbaebdea6370c82c50b9fe1a82da64fcea91c";
    private const long At = 1_795_000_000;
    private static readonly string Header = $"t={At},v1={Right}";

    [Fact]
    public void What_stripe_signed_is_valid() => Verify(Header).ShouldBe(SignatureVerdict.Valid);

    [Theory]
    [InlineData("v0=6ffbb59b2300aae63f272406069a9788598b792a944a07aba816edb039989a39,t=@,v1=#"), InlineData("t=@, v1=#"), InlineData("t=@,v1=#,v1=0000"), InlineData("t=@,v1=0000,v1=#"), InlineData("t=@,v1=,v1=#")]
    public void Another_scheme_beside_it_and_another_secret_while_it_is_changed_do_not_matter(string header) => Verify(Filled(header)).ShouldBe(SignatureVerdict.Valid);

    [Theory]
    [InlineData(null), InlineData(""), InlineData("  ")]
    public void Without_a_header_it_is_missing(string? header) => Verify(header).ShouldBe(SignatureVerdict.Missing);

    [Theory]
    [InlineData("t=@"), InlineData("v1=#"), InlineData("t=,v1=#"), InlineData("t=demain,v1=#"), InlineData("t=+@,v1=#"), InlineData("t=-1,v1=#"), InlineData("t=@.0,v1=#"), InlineData("t=1e9,v1=#")]
    [InlineData("t=99999999999999999999,v1=#"), InlineData("t=@,t=@,v1=#"), InlineData("t=@;v1=#"), InlineData("@,#"), InlineData("t=@,v0=#"), InlineData("t=@,V1=#"), InlineData("nonsense")]
    public void What_is_not_of_the_form_is_malformed(string header) => Verify(Filled(header)).ShouldBe(SignatureVerdict.Malformed);

    [Theory]
    [InlineData("t=@,v1="), InlineData("t=@,v1=0"), InlineData("t=@,v1=é"), InlineData("t=@,v1=#0"), InlineData("t=1794999999,v1=#"), InlineData("t=0@,v1=#")]
    public void A_signature_of_something_else_is_wrong(string header) => Verify(Filled(header)).ShouldBe(SignatureVerdict.Wrong);

    [Fact]
    public void An_altered_body_another_secret_and_shouted_digits_are_wrong()
    {
        Verify(Header, body: Body.Replace("Oullins", "Brignais", StringComparison.Ordinal)).ShouldBe(SignatureVerdict.Wrong);
        Verify(Header, body: Body + "\n").ShouldBe(SignatureVerdict.Wrong);
        Verify(Header, body: "").ShouldBe(SignatureVerdict.Wrong);
        Verify(Header, secret: "whsec_other").ShouldBe(SignatureVerdict.Wrong);
        Verify(Header, secret: "test_secret").ShouldBe(SignatureVerdict.Wrong);
        Verify($"t={At},v1={Right.ToUpperInvariant()}").ShouldBe(SignatureVerdict.Wrong);
    }

    [Theory]
    [InlineData(300, true), InlineData(301, false), InlineData(-300, true), InlineData(-301, false), InlineData(3 * 86_400, false)]
    public void Five_minutes_later_it_is_out_of_time(int seconds, bool valid) =>
        Verify(Header, after: seconds).ShouldBe(valid ? SignatureVerdict.Valid : SignatureVerdict.OutOfTime);

    [Fact]
    public void Bytes_that_are_no_text_are_verified_as_they_came()
    {
        byte[] body = [0xff, 0x00, 0x7b];
        var header = Webhooks.Deliveries.Sign(body, Secret, DateTimeOffset.FromUnixTimeSeconds(At));
        StripeSignature.Verify(body, header, Secret, DateTimeOffset.FromUnixTimeSeconds(At)).ShouldBe(SignatureVerdict.Valid);
        StripeSignature.Verify([0xfe, 0x00, 0x7b], header, Secret, DateTimeOffset.FromUnixTimeSeconds(At)).ShouldBe(SignatureVerdict.Wrong);
    }

    [Fact]
    public void Without_a_secret_nothing_is_verified() => Should.Throw<ArgumentException>(() => Verify(Header, secret: " "));

    private static string Filled(string header) => header.Replace("@", At.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal).Replace("#", Right, StringComparison.Ordinal);

    private static SignatureVerdict Verify(string? header, string body = Body, string secret = Secret, int after = 0) =>
        StripeSignature.Verify(Encoding.UTF8.GetBytes(body), header, secret, DateTimeOffset.FromUnixTimeSeconds(At + after));
}
