using System.Collections;
using System.Collections.Frozen;
using System.Globalization;
using System.Resources;

namespace Marketplace.Storefront.Languages;

/// <summary>
/// The texts of the pages, from every <c>Words.resx</c> (French) and <c>Words.en.resx</c> of this assembly, one pair per folder that has pages.
/// A key belongs to one file only; an unknown key is a bug and throws.
/// </summary>
internal sealed class Words
{
    private readonly FrozenDictionary<string, string> _fr = Load(CultureInfo.GetCultureInfo("fr"), Typography.French);
    private readonly FrozenDictionary<string, string> _en = Load(CultureInfo.GetCultureInfo("en"), Typography.English);

    public string this[Lang lang, string key] => (lang == Lang.En ? _en : _fr).TryGetValue(key, out var text) ? text : throw new KeyNotFoundException($"no text {key} in {lang}");

    public bool Has(Lang lang, string key) => (lang == Lang.En ? _en : _fr).ContainsKey(key);

    public IReadOnlyCollection<string> Keys(Lang lang) => (lang == Lang.En ? _en : _fr).Keys;

    private static FrozenDictionary<string, string> Load(CultureInfo culture, Func<string, string> typography)
    {
        var assembly = typeof(Words).Assembly;
        var neutral = culture.TwoLetterISOLanguageName == "fr";
        var all = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var name in assembly.GetManifestResourceNames().Where(n => n.EndsWith(".Words.resources", StringComparison.Ordinal)))
        {
            var manager = new ResourceManager(name[..^".resources".Length], assembly);
            var set = manager.GetResourceSet(neutral ? CultureInfo.InvariantCulture : culture, createIfNotExists: true, tryParents: false)
                ?? throw new InvalidOperationException($"{name} has no {culture.Name} texts");
            foreach (DictionaryEntry entry in set)
            {
                all.Add((string)entry.Key, typography((string)entry.Value!));
            }
        }
        return all.ToFrozenDictionary(StringComparer.Ordinal);
    }
}
