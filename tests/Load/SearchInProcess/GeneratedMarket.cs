using Marketplace.Catalog.Search;
using Marketplace.Contracts;

namespace Marketplace.Load.SearchInProcess;

/// <summary>
/// Towns, shops and offers as they might be, the same on every run: words by a Zipf curve (real catalogues repeat their words), brands
/// per shop, stock mostly there, pickups today in most shops.
/// </summary>
internal sealed class GeneratedMarket(int offers)
{
    public static readonly DateTimeOffset Now = new(2026, 11, 21, 9, 0, 0, TimeSpan.FromHours(1));
    private const int ShopCount = 500;
    private const int CategoryCount = 80;
    private const int CategoriesPerShop = 8;
    private const int VocabularySize = 30_000;
    private static readonly string[] Onsets = ["b", "br", "c", "ch", "cr", "d", "f", "fl", "g", "gr", "j", "l", "m", "n", "p", "pl", "pr", "r", "s", "t", "tr", "v"];
    private static readonly string[] Vowels = ["a", "e", "é", "i", "o", "u", "ou", "ai", "on", "an", "eu", "è"];
    private static readonly string[] Codas = ["", "", "", "l", "r", "s", "t", "n", "lle", "tte", "gne", "che"];

    public string[] Towns { get; } = [.. Enumerable.Range(0, 10).Select(i => $"ville-{i}")];
    public string[] Vocabulary { get; } = Words(new Random(1));
    public IndexedShop[] Shops { get; private set; } = [];
    public string[] Titles { get; } = new string[offers];
    public Guid[] Ids { get; } = new Guid[offers];
    public int[] ShopOf { get; } = new int[offers];

    public static string Category(int number) => $"rayon-{number}";

    public void FillFrame(OfferIndex index)
    {
        index.SetCategories([.. Enumerable.Range(0, CategoryCount).Select(i => new IndexedCategory(Category(i), $"Rayon {Vocabulary[i * 7]}", null, i < 10 ? null : Category(i % 10)))]);
        var random = new Random(2);
        Shops = [.. Enumerable.Range(0, ShopCount).Select(i => new IndexedShop(Id(random), $"boutique-{i}", $"{Vocabulary[i]} {Vocabulary[i + 900]}",
            i % 10 == 0 ? [Towns[i % 10], Towns[(i + 1) % 10]] : [Towns[i % 10]], 45 + random.NextDouble(), 4 + random.NextDouble(), true))];
        for (var i = 0; i < Shops.Length; i++)
        {
            index.SetShop(Shops[i]);
            index.SetPickups(Shops[i].Id, [.. Enumerable.Range(0, 20).Select(slot => Now.AddHours((i % 5 == 0 ? 24 : 1) + slot)).Select(start => new PickupWindow(start, start.AddMinutes(-30)))]);
        }
    }

    public IEnumerable<IndexedOffer> Offers()
    {
        var random = new Random(3);
        for (var i = 0; i < offers; i++)
        {
            ShopOf[i] = random.Next(ShopCount);
            Ids[i] = Id(random);
            Titles[i] = string.Join(' ', Enumerable.Range(0, random.Next(2, 6)).Select(_ => Word(random)));
            yield return Offer(i, random);
        }
    }

    public IndexedOffer Offer(int i, Random random)
    {
        var shop = ShopOf[i];
        var category = (shop * 13 + random.Next(CategoriesPerShop)) % CategoryCount;
        var words = string.Join(' ', Enumerable.Range(0, 10).Select(_ => Word(random)));
        var available = random.Next(100) < 85 ? random.Next(1, 40) : 0;
        return new IndexedOffer(Ids[i], Shops[shop].Id, Titles[i], Vocabulary[((shop * 17) + random.Next(20)) % VocabularySize], $"2{i:D12}", Category(category), null, words,
            SaleUnit.Piece, random.Next(80, 9_000), available, random.Next(20) == 0 ? StockState.ToConfirm : StockState.InStock, Now.AddMinutes(-random.Next(500_000)),
            (int)Math.Min(1_000, 5 / (random.NextDouble() + 0.001)));
    }

    private string Word(Random random) => Vocabulary[(int)(VocabularySize * Math.Pow(random.NextDouble(), 3))];

    private static string[] Words(Random random)
    {
        var words = new HashSet<string>();
        while (words.Count < VocabularySize)
        {
            words.Add(string.Concat(Enumerable.Range(0, random.Next(2, 4)).Select(_ =>
                Onsets[random.Next(Onsets.Length)] + Vowels[random.Next(Vowels.Length)])) + Codas[random.Next(Codas.Length)]);
        }

        return [.. words];
    }

    private static Guid Id(Random random)
    {
        var bytes = new byte[16];
        random.NextBytes(bytes);
        return new Guid(bytes);
    }
}
