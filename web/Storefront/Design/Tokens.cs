using System.Globalization;
using System.Text;

namespace Marketplace.Storefront.Design;

/// <summary>
/// Every design decision that has a number: colour, space, radius, type. The stylesheet knows them only as custom properties,
/// so that a town is themed by one colour and a test can check the contrast of every pair that is used for text.
/// </summary>
internal sealed class Tokens
{
    public const string DefaultAccent = "#8a3b1e";

    private Tokens(Palette light, Palette dark) => (Light, Dark) = (light, dark);

    public Palette Light { get; }
    public Palette Dark { get; }

    /// <summary>Colours of one scheme. Everything that carries text is listed in <see cref="TextPairs"/>.</summary>
    public sealed record Palette(Colour Ground, Colour Paper, Colour Sunken, Colour Ink, Colour Muted, Colour Line,
        Colour Accent, Colour OnAccent, Colour AccentSoft, Colour OnAccentSoft, Colour Awning,
        Colour Good, Colour GoodSoft, Colour Warn, Colour WarnSoft, Colour Bad, Colour BadSoft)
    {
        public IEnumerable<(string Name, Colour Text, Colour Behind)> TextPairs =>
        [
            ("ink on ground", Ink, Ground), ("ink on paper", Ink, Paper), ("ink on sunken", Ink, Sunken),
            ("muted on ground", Muted, Ground), ("muted on paper", Muted, Paper), ("muted on sunken", Muted, Sunken),
            ("accent on ground", Accent, Ground), ("accent on paper", Accent, Paper), ("accent on sunken", Accent, Sunken),
            ("on accent", OnAccent, Accent), ("on soft accent", OnAccentSoft, AccentSoft), ("ink on soft accent", Ink, AccentSoft),
            ("good on paper", Good, Paper), ("good on ground", Good, Ground), ("good on soft", Good, GoodSoft),
            ("warn on paper", Warn, Paper), ("warn on soft", Warn, WarnSoft), ("ink on soft warn", Ink, WarnSoft),
            ("bad on paper", Bad, Paper), ("bad on ground", Bad, Ground), ("bad on soft", Bad, BadSoft), ("ink on soft bad", Ink, BadSoft),
        ];
    }

    public static Tokens For(string? accent)
    {
        var chosen = Colour.TryParse(accent, out var colour) ? colour : Colour.Parse(DefaultAccent);
        return new Tokens(LightPalette(chosen), DarkPalette(chosen));
    }

    // The accent is moved towards black (or white) until it reads on the worst of its grounds: towns choose a hue, the code keeps it legible.
    private static Palette LightPalette(Colour chosen)
    {
        var (ground, paper, sunken) = (Colour.Parse("#fbf7f0"), Colour.Parse("#ffffff"), Colour.Parse("#f3ede2"));
        var accent = chosen.TowardsUntil(Colour.Black, c => c.Contrast(sunken) >= 4.6);
        var soft = accent.Mix(Colour.White, 0.89);
        return new Palette(ground, paper, sunken, Colour.Parse("#231c15"), Colour.Parse("#665a4d"), Colour.Parse("#e4dacb"),
            accent, Colour.White, soft, accent.TowardsUntil(Colour.Black, c => c.Contrast(soft) >= 4.6), accent,
            Colour.Parse("#22693a"), Colour.Parse("#e4f3e6"), Colour.Parse("#8a4b00"), Colour.Parse("#fdf0d9"), Colour.Parse("#a3201d"), Colour.Parse("#fde8e5"));
    }

    private static Palette DarkPalette(Colour chosen)
    {
        var (ground, paper, sunken) = (Colour.Parse("#15120f"), Colour.Parse("#1f1b17"), Colour.Parse("#2a2520"));
        var accent = chosen.LighterUntil(c => c.Contrast(sunken) >= 5.2);
        var soft = chosen.Mix(paper, 0.72);
        var ink = Colour.Parse("#f5eee4");
        while (ink.Contrast(soft) < 7)
        {
            soft = soft.Mix(Colour.Black, 0.1);
        }
        return new Palette(ground, paper, sunken, ink, Colour.Parse("#b9ac9c"), Colour.Parse("#3b342d"),
            accent, Colour.Parse("#15120f"), soft, accent.LighterUntil(c => c.Contrast(soft) >= 4.6), chosen.Mix(Colour.Black, 0.25),
            Colour.Parse("#83cf98"), Colour.Parse("#1b3322"), Colour.Parse("#f0b95d"), Colour.Parse("#3a2c12"), Colour.Parse("#ff9b90"), Colour.Parse("#43201d"));
    }

    public string ToCss()
    {
        var css = new StringBuilder(2048);
        css.Append(":root{color-scheme:light dark;");
        Append(css, Light);
        css.Append("--s1:8px;--s2:16px;--s3:24px;--s4:32px;--s5:48px;--s6:64px;--r1:8px;--r2:14px;--r3:22px;--touch:44px;--wide:1160px;--narrow:720px;")
           .Append("--text:17px;--small:.882rem;--h1:clamp(1.75rem,1.4rem + 1.8vw,2.6rem);--h2:clamp(1.35rem,1.2rem + .8vw,1.75rem);--h3:1.12rem;")
           .Append("--sans:system-ui,-apple-system,\"Segoe UI\",Roboto,\"Noto Sans\",\"Liberation Sans\",sans-serif;")
           .Append("--serif:ui-serif,\"Iowan Old Style\",\"Palatino Linotype\",Palatino,\"URW Palladio L\",\"P052\",\"Noto Serif\",Georgia,serif}")
           .Append("@media(prefers-color-scheme:dark){:root{");
        Append(css, Dark);
        return css.Append("}}").ToString();
    }

    private static void Append(StringBuilder css, Palette p) => css.Append(CultureInfo.InvariantCulture,
        $"--ground:{p.Ground};--paper:{p.Paper};--sunken:{p.Sunken};--ink:{p.Ink};--muted:{p.Muted};--line:{p.Line};--accent:{p.Accent};--on-accent:{p.OnAccent};--accent-soft:{p.AccentSoft};--on-accent-soft:{p.OnAccentSoft};--awning:{p.Awning};--good:{p.Good};--good-soft:{p.GoodSoft};--warn:{p.Warn};--warn-soft:{p.WarnSoft};--bad:{p.Bad};--bad-soft:{p.BadSoft};");
}
