namespace Marketplace.Catalog.Search.Tests;

public sealed class Typed_codes
{
    [Theory]
    [InlineData("9782070360024")]
    [InlineData("978-2-07-036002-4")]
    [InlineData("978 2 07 036002 4")]
    [InlineData("ISBN 978‑2‑07‑036002‑4")]
    [InlineData("ean: 9782070360024")]
    [InlineData("2070360024")]
    [InlineData("2-07-036002-4")]
    public void Name_the_same_book(string typed)
    {
        TypedEan.TryRead(typed, out var ean).ShouldBeTrue();
        ean.ShouldBe(9782070360024);
    }

    [Fact]
    public void May_end_in_x()
    {
        TypedEan.TryRead("2-7654-1005-X", out _).ShouldBeFalse();
        TypedEan.TryRead("0-8044-2957-x", out var ean).ShouldBeTrue();
        ean.ShouldBe(9780804429573);
    }

    [Theory]
    [InlineData("1984")]
    [InlineData("2070360025")]
    [InlineData("978207036002")]
    [InlineData("lot de 6")]
    [InlineData("")]
    [InlineData("isbn")]
    public void Are_not_just_any_number(string typed)
    {
        if (TypedEan.TryRead(typed, out var ean))
        {
            // Twelve digits are an American code with its zero left out.
            ean.ShouldBe(978207036002);
        }
    }

    [Fact]
    public void Find_their_offer_in_every_writing()
    {
        using var market = new Market();
        market.Offer("L’Étranger", "Albert Camus", ean: "9782070360024", category: "romans");
        market.Offer("2070360024 lieues sous les mers");
        foreach (var typed in new[] { "9782070360024", "978-2-07-036002-4", "2070360024" })
        {
            market.Find(typed).ShouldBe(["L’Étranger"]);
        }
    }
}
