using Marketplace.Contracts.Ordering.Api;
using Marketplace.Storefront.Languages;

namespace Marketplace.Storefront.Merchants.Webhooks;

/// <summary>Addresses and what was sent there, in words.</summary>
internal static class WebhookWords
{
    /// <summary>For whoever writes the program: five lines that any of them can read.</summary>
    internal const string HowToVerify =
        """
        // PHP. $secret is « whsec_… »
        $signed = $_SERVER['HTTP_WEBHOOK_ID'] . '.' . $_SERVER['HTTP_WEBHOOK_TIMESTAMP'] . '.' . file_get_contents('php://input');
        $expected = 'v1,' . base64_encode(hash_hmac('sha256', $signed, base64_decode(substr($secret, 6)), true));
        $given = explode(' ', $_SERVER['HTTP_WEBHOOK_SIGNATURE']);
        $genuine = array_filter($given, fn($one) => hash_equals($expected, $one)) && abs(time() - (int) $_SERVER['HTTP_WEBHOOK_TIMESTAMP']) < 300;
        """;

    internal static string NameOf(Webhook hook) => hook.Name ?? new Uri(hook.Url).Host;

    internal static string StatusOf(Webhook hook, Ui ui) => hook switch
    {
        { Status: "off" } => ui["pro.hooks.off." + hook.OffReason],
        { Status: "paused" } => ui.Count("pro.hooks.paused", hook.Waiting),
        { FailingSince: { } since } => ui.Count("pro.hooks.failing", hook.Waiting, ui.Moment(since)),
        { Types.Count: 0 } => ui["pro.hooks.active.all"],
        _ => ui.Count("pro.hooks.active", hook.Types.Count),
    };

    internal static string StateOf(WebhookDelivery sent, Ui ui) => (sent.State, sent.Problem) switch
    {
        ("delivered", _) => ui.T("pro.hooks.state.delivered", ui.Moment(sent.TriedAt ?? sent.At)),
        ("given-up", var why) => ui.T("pro.hooks.state.given-up", ui["pro.hooks.problem." + (why ?? "off")]),
        (_, { } why) => ui.T("pro.hooks.state.again", ui["pro.hooks.problem." + why], ui.Moment(sent.NextAt ?? sent.At)),
        _ => ui["pro.hooks.state.waiting"],
    };
}
