using System.Reflection;
using System.Text.Encodings.Web;
using System.Text.Json;
using Marketplace.Contracts.Ordering;
using MassTransit;

namespace Marketplace.Contracts.Tests;

/// <summary>
/// What goes over the wire is kept here, one approved file per message: other processes, of other versions, read it. A changed meaning is a new
/// message with a new version in its name.
/// </summary>
public sealed class Wire_shapes
{
    private static readonly JsonSerializerOptions Readable = new(JsonSerializerOptions.Web) { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static TheoryData<Type> Messages => [.. typeof(OrderId).Assembly.GetTypes().Where(t => t.GetCustomAttribute<MessageUrnAttribute>() is not null)];

    [Theory]
    [MemberData(nameof(Messages))]
    public void A_message_keeps_its_name_and_shape(Type message)
    {
        var urn = message.GetCustomAttribute<MessageUrnAttribute>()!.Urn.ToString();
        var name = message.GetCustomAttribute<EntityNameAttribute>()?.EntityName;
        name.ShouldNotBeNull("its exchange is named apart from the C# namespace");
        urn.Replace("urn:message:", "", StringComparison.Ordinal).Replace(':', '.').ShouldBe(name);

        var sample = Samples.Of(message);
        var json = JsonSerializer.Serialize(sample, message, Readable);
        Approved.Verify($"tests/Contracts.Tests/Approved/{name}.json", json);
        JsonSerializer.Serialize(JsonSerializer.Deserialize(json, message, Readable), message, Readable).ShouldBe(json, "it is read back whole");
    }

    [Fact]
    public void Goods_that_left_are_read_also_from_a_sender_that_does_not_say_when()
    {
        var old = JsonSerializer.Deserialize<IssueStock>(
            """{"orderId":"01980000-0000-7000-8000-000000000001","shopId":"01980000-0000-7000-8000-000000000001","lines":[{"offerId":"01980000-0000-7000-8000-000000000001","quantity":2}]}""", Readable)!;
        old.At.ShouldBeNull();
        old.Lines.Single().Quantity.ShouldBe(2);
    }

    [Fact]
    public void A_shop_that_was_told_before_points_had_keepers_keeps_none()
    {
        var told = JsonSerializer.Deserialize<Merchants.ShopChanged>(
            """
            {"shopId":"01980000-0000-7000-8000-000000000001","version":3,"slug":"le-fournil","status":"published","towns":["vienne"],"name":"Le Fournil","kind":"Boulangerie",
             "street":"1 rue de la Gare","postcode":"38200","city":"Vienne","position":{"lat":45.5,"lon":4.9},"phone":null,"email":null,"demo":true}
            """, JsonSerializerOptions.Web)!;
        (told.Slug, told.KeepsPoint).ShouldBe(("le-fournil", null));
    }

    [Fact]
    public void Goods_given_back_are_read_also_from_a_sender_that_does_not_say_when()
    {
        var old = JsonSerializer.Deserialize<ReleaseStock>(
            """{"orderId":"01980000-0000-7000-8000-000000000001","shopId":"01980000-0000-7000-8000-000000000001","offers":null}""", Readable)!;
        (old.At, old.Offers).ShouldBe((null, null));
        JsonSerializer.Deserialize<MissingGoods>("""{"offerId":"01980000-0000-7000-8000-000000000001","quantity":2,"at":"2026-11-26T08:30:00+00:00"}""", Readable)!
            .ShouldSatisfyAllConditions(m => m.Quantity.ShouldBe(2), m => m.Reason.ShouldBeNull("not found; some senders said when, too"));
    }

    [Fact]
    public void Every_message_is_a_sealed_record_without_a_base()
    {
        foreach (var message in Messages.Select(row => row.Data))
        {
            message.IsSealed.ShouldBeTrue(message.Name);
            message.BaseType.ShouldBe(typeof(object), message.Name);
        }
    }
}
