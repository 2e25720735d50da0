using System.Text.Json.Nodes;
using Marketplace.StripeSimulator.Books;
using Marketplace.StripeSimulator.Payments;

namespace Marketplace.StripeSimulator.Api;

/// <summary>The calls that are known, each with the parameters that it takes.</summary>
internal static class Routes
{
    private static readonly string[] Paging = ["limit", "starting_after", "created[gte]", "created[gt]", "created[lt]", "created[lte]"];

    private static readonly Route[] All =
    [
        new("POST", "checkout/sessions", (c, _) => Sessions.Create(c), ["mode", "locale", "submit_type", "allowed_payment_method_types[]", "client_reference_id", "customer_email", "expires_at",
            "success_url", "cancel_url", "custom_text[submit][message]", "payment_intent_data[capture_method]", "payment_intent_data[transfer_group]", "payment_intent_data[metadata]",
            "payment_intent_data[description]", "metadata", "line_items[][quantity]", "line_items[][price_data][currency]", "line_items[][price_data][unit_amount]",
            "line_items[][price_data][product_data][name]"]),
        new("GET", "checkout/sessions", (c, _) => List(c, "checkout.session", "/v1/checkout/sessions", null), Paging),
        new("GET", "checkout/sessions/*", (c, id) => Get(c, "checkout.session", "checkout.session", id)),
        new("POST", "checkout/sessions/*/expire", Sessions.Expire),
        new("GET", "payment_intents/*", (c, id) => Get(c, "payment_intent", "payment_intent", id)),
        new("POST", "payment_intents/*/capture", Intents.Capture, ["amount_to_capture", "metadata"]),
        new("POST", "payment_intents/*/cancel", Intents.Cancel, ["cancellation_reason"]),
        new("GET", "charges/*", (c, id) => Get(c, "charge", "charge", id)),
        new("POST", "refunds", (c, _) => Refunds.Create(c), ["payment_intent", "charge", "amount", "reason", "metadata"]),
        new("GET", "refunds/*", (c, id) => Get(c, "refund", "refund", id)),
        new("GET", "refunds", (c, _) => List(c, "refund", "/v1/refunds", "payment_intent"), [.. Paging, "payment_intent"]),
        new("POST", "transfers", (c, _) => Transfers.Create(c), ["amount", "currency", "destination", "source_transaction", "transfer_group", "description", "metadata"]),
        new("GET", "transfers/*", (c, id) => Get(c, "transfer", "transfer", id)),
        new("GET", "transfers", (c, _) => List(c, "transfer", "/v1/transfers", "transfer_group"), [.. Paging, "transfer_group"]),
        new("POST", "transfers/*/reversals", Transfers.Reverse, ["amount", "description", "metadata"]),
        new("GET", "transfers/*/reversals", Transfers.Reversals, "limit", "starting_after"),
        new("GET", "accounts", (c, _) => List(c, "account", "/v1/accounts", null), Paging),
        new("POST", "accounts", (c, _) => Accounts.Create(c), ["country", "email", "business_profile[name]", "capabilities[transfers][requested]", "controller[fees][payer]",
            "controller[losses][payments]", "controller[requirement_collection]", "controller[stripe_dashboard][type]", "metadata"]),
        new("GET", "accounts/*", (c, id) => Get(c, "account", "account", id)),
        new("POST", "account_links", (c, _) => Accounts.Link(c), ["account", "refresh_url", "return_url", "type"]),
        new("GET", "balance", (c, _) => Balance.Read(c)),
        new("GET", "balance_transactions", (c, _) => Balance.Settled(List(c, "balance_transaction", "/v1/balance_transactions", null), c.Change.Now), [.. Paging, "type", "source"]),
        new("GET", "payouts", (c, _) => Payouts.List(c), Paging),
        new("GET", "disputes/*", (c, id) => Get(c, "dispute", "dispute", id)),
        new("GET", "events/*", (c, id) => Get(c, "event", "event", id)),
        new("GET", "events", (c, _) => List(c, "event", "/v1/events", null), [.. Paging, "type"]),
    ];

    private static readonly Dictionary<string, string> Kinds = new()
    {
        ["pi_"] = "payment_intent",
        ["ch_"] = "charge",
        ["txn_"] = "balance_transaction",
        ["acct_"] = "account",
        ["re_"] = "refund",
        ["tr_"] = "transfer",
        ["trr_"] = "transfer_reversal",
        ["dp_"] = "dispute",
        ["cs_"] = "checkout.session",
    };

    internal static JsonObject Run(string method, string path, Call call)
    {
        var segments = path["/v1/".Length..].Split('/');
        foreach (var route in All)
        {
            if (route.Method == method && route.Match(segments) is { } id)
            {
                call.Form.Allow(route.Known);
                var answer = (JsonObject)route.Do(call, id).DeepClone();
                foreach (var wanted in call.Form.Values("expand"))
                {
                    Expand(call.Change, answer, wanted.Split('.'));
                }

                return answer;
            }
        }

        throw new StripeError(404, "invalid_request_error", $"Unrecognized request URL ({method}: {path}).");
    }

    private static JsonObject Get(Call call, string kind, string what, string id) => call.Change.Find(kind, id) ?? throw StripeError.Missing(what, id, "id");

    private static JsonObject List(Call call, string kind, string url, string? parent) =>
        Page(call, kind, url, parent is not null && call.Form[parent] is { } under ? call.Change.Under(kind, under) : call.Change.All(kind));

    internal static JsonObject Page(Call call, string kind, string url, IEnumerable<JsonObject> all)
    {
        var form = call.Form;
        IReadOnlyList<JsonObject> found =
        [
            .. all.Where(o => (form.Number("created[gte]") ?? long.MinValue) <= o.Number("created") && o.Number("created") <= (form.Number("created[lte]") ?? long.MaxValue)
                && (form.Number("created[gt]") ?? long.MinValue) < o.Number("created") && o.Number("created") < (form.Number("created[lt]") ?? long.MaxValue)
                && (form["type"] is not { } type || o.Find("type") == type) && (form["source"] is not { } source || o.Find("source") == source)).Reverse(),
        ];
        var limit = form.Number("limit") ?? 10;
        if (limit is < 1 or > 100)
        {
            throw StripeError.Invalid("Invalid limit: must be between 1 and 100.", "limit");
        }

        var from = 0;
        if (form["starting_after"] is { } after)
        {
            from = found.Index().Where(f => f.Item.Text("id") == after).Select(f => f.Index + 1).FirstOrDefault();
            from = from > 0 ? from : throw StripeError.Missing(kind, after, "starting_after");
        }

        return new JsonObject
        {
            ["object"] = "list",
            ["url"] = url,
            ["has_more"] = found.Count > from + limit,
            ["data"] = new JsonArray([.. found.Skip(from).Take((int)limit).Select(o => (JsonNode)o.DeepClone())]),
        };
    }

    private static void Expand(Change change, JsonNode of, ReadOnlySpan<string> path)
    {
        if (path.Length == 0)
        {
            return;
        }

        if (of is JsonArray array)
        {
            foreach (var item in array)
            {
                Expand(change, item!, path);
            }

            return;
        }

        if (of is not JsonObject whole || !whole.ContainsKey(path[0]))
        {
            throw StripeError.Invalid($"This property cannot be expanded ({path[0]}).", "expand");
        }

        if (whole.Find(path[0]) is { } id && Kinds.FirstOrDefault(k => id.StartsWith(k.Key, StringComparison.Ordinal)).Value is { } kind && change.Find(kind, id) is { } found)
        {
            whole[path[0]] = found;
        }

        if (whole[path[0]] is JsonObject or JsonArray)
        {
            Expand(change, whole[path[0]]!, path[1..]);
        }
    }

    private sealed class Route(string method, string pattern, Func<Call, string, JsonObject> work, params string[] known)
    {
        private readonly string[] _segments = pattern.Split('/');

        internal string Method => method;

        internal Func<Call, string, JsonObject> Do => work;

        internal IReadOnlySet<string> Known { get; } = known.ToHashSet();

        /// <summary>The id in it, or nothing but a match.</summary>
        internal string? Match(string[] segments)
        {
            if (segments.Length != _segments.Length)
            {
                return null;
            }

            var id = "";
            for (var i = 0; i < segments.Length; i++)
            {
                if (_segments[i] == "*")
                {
                    id = segments[i];
                }
                else if (_segments[i] != segments[i])
                {
                    return null;
                }
            }

            return id;
        }
    }
}
