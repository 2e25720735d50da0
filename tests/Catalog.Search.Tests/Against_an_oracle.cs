using Marketplace.Contracts;

namespace Marketplace.Catalog.Search.Tests;

/// <summary>Random markets, random changes, random questions: totals, facets, order and pages must be those of looking at every offer.</summary>
public sealed class Against_an_oracle
{
    private static readonly string[] Vocabulary =
        ["pain", "miel", "noir", "blanc", "chocolat", "lait", "tarte", "pomme", "cerise", "vin", "riz", "thé", "cafe", "sel", "poivre", "beurre", "lin", "coton", "laine", "bleu", "rouge", "1984", "500g", "petit", "pâte", "pâté", "PATE"];

    private static readonly string[] Towns = ["oullins", "vienne", "roanne"];

    [Theory]
    [InlineData(1, 60)]
    [InlineData(2, 60)]
    [InlineData(3, 700)]
    [InlineData(4, 700)]
    [InlineData(5, 3_000)]
    [InlineData(6, 3_000)]
    public void Every_answer_is_the_same(int seed, int offers)
    {
        var random = new Random(seed);
        var oracle = new Oracle();
        using var index = new OfferIndex(new StandingClock(Market.Now), Synonyms.None);
        var shops = Enumerable.Range(0, 14).Select(i => NewId(random)).ToArray();
        SetCategories(index, oracle);
        foreach (var shop in shops.Take(11))
        {
            SetShop(random, index, oracle, shop);
        }

        for (var i = 0; i < offers; i++)
        {
            Upsert(random, index, oracle, shops, NewId(random));
        }

        for (var round = 0; round < 6; round++)
        {
            index.Refresh();
            Compare(random, index, oracle, questions: offers > 1_000 ? 30 : 120);
            for (var change = 0; change < offers / 4; change++)
            {
                Change(random, index, oracle, shops);
            }

            if (round % 2 == 1)
            {
                index.Compact();
            }
        }
    }

    private static void Compare(Random random, OfferIndex index, Oracle oracle, int questions)
    {
        for (var i = 0; i < questions; i++)
        {
            var query = Ask(random);
            if (oracle.Search(query) is not { } expected)
            {
                continue;
            }

            var hits = index.Search(query);
            hits.Total.ShouldBe(expected.Total, query.ToString());
            hits.TotalIsLowerBound.ShouldBeFalse();
            hits.Facets.Categories.ShouldBe(expected.Facets.Categories, query.ToString());
            hits.Facets.Shops.ShouldBe(expected.Facets.Shops, query.ToString());
            hits.Facets.AvailableToday.ShouldBe(expected.Facets.AvailableToday, query.ToString());
            (hits.Facets.MinPriceCents, hits.Facets.MaxPriceCents).ShouldBe((expected.Facets.MinPriceCents, expected.Facets.MaxPriceCents), query.ToString());
            // Past the first thousand, relevance is not worked out any more.
            if (expected.Total <= 1_000 || string.IsNullOrEmpty(query.Text))
            {
                hits.Ids.ShouldBe(expected.Ids, query.ToString());
            }

            index.Search(query).Ids.ShouldBe(hits.Ids, "the same question, the same answer");
        }
    }

    private static OfferQuery Ask(Random random)
    {
        string? Maybe(double share, Func<string> what) => random.NextDouble() < share ? what() : null;
        long? Price() => random.NextDouble() < 0.2 ? random.Next(0, 3_000) : null;
        return new OfferQuery(Market.Now.AddMinutes(random.Next(0, 1_500)), Maybe(0.8, () => Pick(random, [.. Towns, "ailleurs"])),
            Maybe(0.4, () => string.Join(' ', Enumerable.Range(0, random.Next(1, 4)).Select(_ => Pick(random, Vocabulary)))),
            Maybe(0.4, () => Pick(random, ["food", "c1", "c2", "c3", "c4", "lone", "none"])), Maybe(0.3, () => $"shop-{random.Next(0, 15)}"), random.Next(3) == 0, Price(), Price(),
            random.Next(2) == 0 ? null : (OfferSort)random.Next(6), random.Next(2) == 0 ? null : new NearPoint(45.5 + random.NextDouble(), 4.5 + random.NextDouble()),
            random.Next(1, 5), random.Next(3) == 0 ? 100 : random.Next(1, 30));
    }

    private static void Change(Random random, OfferIndex index, Oracle oracle, Guid[] shops)
    {
        var known = oracle.Offers.Count == 0 ? NewId(random) : oracle.Offers.Keys.ElementAt(random.Next(oracle.Offers.Count));
        switch (random.Next(12))
        {
            case 0:
                index.Remove(known);
                oracle.Offers.Remove(known);
                break;
            case 1 or 2:
                Upsert(random, index, oracle, shops, known);
                break;
            case 3:
                Upsert(random, index, oracle, shops, NewId(random));
                break;
            case 4 when random.Next(20) == 0:
                SetShop(random, index, oracle, shops[random.Next(shops.Length)]);
                break;
            case 5 when random.Next(50) == 0:
                index.Refresh();
                break;
            default:
                var (available, state) = (random.Next(4) == 0 ? 0 : 5, (StockState)random.Next(4));
                index.SetStock(known, available, state);
                if (oracle.Offers.TryGetValue(known, out var offer))
                {
                    oracle.Offers[known] = offer with { Available = available, State = state };
                }

                break;
        }
    }

    private static void Upsert(Random random, OfferIndex index, Oracle oracle, Guid[] shops, Guid id)
    {
        string Text(int most) => string.Join(' ', Enumerable.Range(0, random.Next(1, most)).Select(_ => Pick(random, Vocabulary)));
        var offer = new IndexedOffer(id, shops[random.Next(shops.Length)], Text(5), random.Next(2) == 0 ? null : Text(2), null, Pick(random, ["c1", "c2", "c3", "c4", "lone"]),
            random.Next(4) == 0 ? Text(3) : null, random.Next(3) == 0 ? null : Text(6), SaleUnit.Piece, random.Next(0, 30) * 100, random.Next(4) == 0 ? 0 : 7, (StockState)random.Next(4),
            Market.Now.AddDays(-random.Next(0, 20)), random.Next(0, 4));
        oracle.Offers[id] = offer;
        index.Upsert(offer);
    }

    private static void SetShop(Random random, OfferIndex index, Oracle oracle, Guid id)
    {
        var number = oracle.Shops.TryGetValue(id, out var known) ? int.Parse(known.Slug[5..], System.Globalization.CultureInfo.InvariantCulture) : oracle.Shops.Count;
        var shop = new IndexedShop(id, $"shop-{number}", $"Boutique {Pick(random, Vocabulary)} {number}", [.. Towns.Where(_ => random.Next(2) == 0)],
            45.5 + random.Next(0, 5) * 0.1, 4.8, random.Next(5) > 0);
        var pickups = Enumerable.Range(0, random.Next(0, 4)).Select(_ => Market.Now.AddMinutes(random.Next(-600, 3_000))).Select(start => new PickupWindow(start, start.AddMinutes(-random.Next(0, 120)))).ToList();
        oracle.Shops[id] = shop;
        oracle.Pickups[id] = pickups;
        index.SetPickups(id, pickups);
        index.SetShop(shop);
    }

    private static void SetCategories(OfferIndex index, Oracle oracle)
    {
        IndexedCategory[] tree = [new("food", "Alimentation", null, null), new("c1", "Pain", null, "food"), new("c2", "Vin rouge", null, "food"), new("c3", "Laine", null, null), new("c4", "Bleu", null, "c3")];
        index.SetCategories(tree);
        foreach (var category in tree)
        {
            oracle.Categories[category.Slug] = category;
        }
    }

    private static string Pick(Random random, string[] from) => from[random.Next(from.Length)];

    private static Guid NewId(Random random)
    {
        var bytes = new byte[16];
        random.NextBytes(bytes);
        return new Guid(bytes);
    }
}
