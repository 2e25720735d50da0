using System.Globalization;

namespace Marketplace.Catalog.Search;

/// <summary>Everything the order of a list may depend on. No payment, commission, margin or subscription: there is no field for one.</summary>
/// <param name="QueryWords">How many words were looked for.</param>
/// <param name="WordPoints">Sum over these words of <see cref="Ranking.Points"/> × <see cref="Ranking.Quality"/>.</param>
/// <param name="QualitySum">Sum over these words of <see cref="Ranking.Quality"/>.</param>
/// <param name="AllInTitleOrBrand">Every word looked for is in the title or the brand.</param>
/// <param name="TitleWordsFound">How many of the title's words were looked for.</param>
/// <param name="DistanceKm">From the resident to the shop, when the resident said where.</param>
internal readonly record struct RankingFacts(
    int QueryWords, int WordPoints, int QualitySum, bool AllInTitleOrBrand, int TitleWordsFound, int TitleWords, Availability Availability, double? DistanceKm);

/// <summary>Lists by availability show them in this order.</summary>
internal enum Availability : byte
{
    CollectableToday,
    InStock,
    ToConfirm,
    OutOfStock,
}

/// <summary>How a word of the offer answers a word of the query.</summary>
internal enum MatchKind : byte
{
    Exact,
    Synonym,
    /// <summary>Spelt otherwise, it sounds the same.</summary>
    SameSound,
    Prefix,
    OneTypo,
    TwoTypos,
}

/// <summary>
/// The published order (regulation (EU) 2019/1150, art. 5; code de la consommation, L111-7). Pure, and the same for every shop.
/// What people read about it is made from the same constants.
/// </summary>
internal static class Ranking
{
    /// <summary>At the beginning of the title, where it says what the goods are.</summary>
    public const int HeadPoints = 120;
    /// <summary>Later in the title, where it says how they are.</summary>
    public const int TitlePoints = 40;
    public const int BrandPoints = 80;
    /// <summary>Among the other words that the shop has for the goods.</summary>
    public const int AliasPoints = 50;
    public const int ElsewherePoints = 20;
    /// <summary>Added where the word is the whole name of the goods' department; more than a later word of a title, however short.</summary>
    public const int CategoryPoints = 90;
    /// <summary>Added where it is a part of that name, or of one above it.</summary>
    public const int CategoryPartPoints = 75;
    /// <summary>Added for the shop's name where the department's says nothing.</summary>
    public const int ShopPoints = 30;
    /// <summary>When the title says nothing but what was looked for; in proportion when it says more.</summary>
    public const int FullTitlePoints = 40;
    /// <summary>When title and brand hold every word looked for, and the title no other: more than all else together.</summary>
    public const int WholeTitlePoints = 200;
    public const int CollectableTodayPoints = 30;
    public const int InStockPoints = 20;
    public const int ToConfirmPoints = 10;
    /// <summary>Next door; half of it at one kilometre, a third at two.</summary>
    public const int NearPoints = 20;

    /// <summary>Of a word with the same letters and other accents, when the accents were typed: pâte and pâté.</summary>
    public const int OtherAccentsPercent = 40;

    internal const int Percent = 100;

    // Asked for every word of every offer that is weighed.
    private static readonly int[] PointsByFields = [.. Enumerable.Range(0, (int)TextField.All + 1).Select(fields => OwnPoints((TextField)fields) + DepartmentPoints((TextField)fields))];

    /// <summary>In hundredths of a point. Equal scores: what sells more, then what is newer, then the offer's id.</summary>
    public static int Score(in RankingFacts facts)
    {
        var words = Math.Max(facts.QueryWords, 1);
        var score = facts.WordPoints / words;
        if (facts.TitleWords > 0)
        {
            score += FullTitlePoints * Percent * facts.TitleWordsFound / facts.TitleWords;
            if (facts.AllInTitleOrBrand && facts.TitleWordsFound == facts.TitleWords)
            {
                score += WholeTitlePoints * facts.QualitySum / words;
            }
        }

        score += Percent * facts.Availability switch
        {
            Availability.CollectableToday => CollectableTodayPoints,
            Availability.InStock => InStockPoints,
            Availability.ToConfirm => ToConfirmPoints,
            _ => 0,
        };
        return facts.DistanceKm is { } km ? score + (int)(NearPoints * Percent / (1 + km)) : score;
    }

    /// <summary>Points of a word by the best place where the offer has it, and the best of its department and shop.</summary>
    public static int Points(TextField fields) => PointsByFields[(int)fields];

    private static int OwnPoints(TextField fields) =>
        (fields & TextField.Head) != 0 ? HeadPoints
        : (fields & TextField.Brand) != 0 ? BrandPoints
        : (fields & TextField.Alias) != 0 ? AliasPoints
        : (fields & (TextField.Title | TextField.Joined)) != 0 ? TitlePoints
        : (fields & TextField.Words) != 0 ? ElsewherePoints : 0;

    private static int DepartmentPoints(TextField fields) =>
        (fields & TextField.Category) != 0 ? CategoryPoints
        : (fields & TextField.CategoryPart) != 0 ? CategoryPartPoints
        : (fields & TextField.Shop) != 0 ? ShopPoints : 0;

    /// <summary>Per cent.</summary>
    public static int Quality(MatchKind kind) => kind switch
    {
        MatchKind.Exact => 100,
        MatchKind.Synonym => 85,
        MatchKind.SameSound => 80,
        MatchKind.Prefix => 80,
        MatchKind.OneTypo => 70,
        MatchKind.TwoTypos => 50,
        _ => throw new ArgumentOutOfRangeException(nameof(kind)),
    };

    /// <summary>"Pourquoi cet ordre ?"</summary>
    public static string Explanation(CultureInfo language) => language.TwoLetterISOLanguageName == "fr" ? French : English;

    private static string French =>
        $"""
        Par pertinence, chaque offre reçoit des points, selon la même règle pour toutes les boutiques.
        Chaque mot cherché compte selon l’endroit où il se trouve : {HeadPoints} au début du titre, qui dit ce qu’est le produit, {TitlePoints} plus loin dans le titre, {BrandPoints} dans la marque ou le nom de l’auteur, {AliasPoints} parmi les autres mots que la boutique lui donne, {ElsewherePoints} ailleurs. S’y ajoutent {CategoryPoints} points si ce mot est le nom du rayon, {CategoryPartPoints} s’il fait partie de ce nom ou de celui d’un rayon au-dessus, et sinon {ShopPoints} s’il est dans le nom de la boutique ; on fait la moyenne des mots.
        Un synonyme ou un mot anglais courant compte pour {Quality(MatchKind.Synonym)} %, un mot qui se prononce de même pour {Quality(MatchKind.SameSound)} %, un début de mot pour {Quality(MatchKind.Prefix)} %, une lettre d’écart pour {Quality(MatchKind.OneTypo)} %, deux pour {Quality(MatchKind.TwoTypos)} %, et seulement quand aucun mot n’est plus proche. Si vous écrivez les accents, le même mot avec d’autres accents compte pour {OtherAccentsPercent} %.
        Jusqu’à {FullTitlePoints} points s’ajoutent selon la part du titre que vous avez écrite, et {WholeTitlePoints} si le titre ne dit rien d’autre que votre recherche.
        À retirer aujourd’hui : {CollectableTodayPoints} points ; en stock : {InStockPoints} ; stock à confirmer : {ToConfirmPoints}. Si vous donnez votre position, la proximité ajoute jusqu’à {NearPoints} points.
        Par disponibilité : d’abord ce que vous pouvez retirer aujourd’hui, puis ce qui est en stock, à confirmer, épuisé.
        À égalité : les ventes récentes, puis la nouveauté. Aucune boutique ne peut payer pour être mieux placée ; ni commission ni abonnement n’entrent dans le calcul.
        """;

    private static string English =>
        $"""
        By relevance, each offer gets points, by the same rule for every shop.
        Each word you look for counts by the place where it stands: {HeadPoints} at the beginning of the title, which says what the goods are, {TitlePoints} later in the title, {BrandPoints} in the brand or the author’s name, {AliasPoints} among the other words that the shop has for it, {ElsewherePoints} elsewhere. To that are added {CategoryPoints} points if the word is the name of the department, {CategoryPartPoints} if it is a part of that name or of one above it, and else {ShopPoints} if it is in the shop’s name; the average over the words is taken.
        A synonym or an everyday English word counts for {Quality(MatchKind.Synonym)} %, a word that sounds the same for {Quality(MatchKind.SameSound)} %, the beginning of a word for {Quality(MatchKind.Prefix)} %, one letter amiss for {Quality(MatchKind.OneTypo)} %, two for {Quality(MatchKind.TwoTypos)} %, and only where no word is nearer. If you write the accents, the same word with other accents counts for {OtherAccentsPercent} %.
        Up to {FullTitlePoints} points are added for the share of the title that you wrote, and {WholeTitlePoints} if the title says nothing but what you look for.
        Collectable today: {CollectableTodayPoints} points; in stock: {InStockPoints}; stock to be confirmed: {ToConfirmPoints}. If you say where you are, being near adds up to {NearPoints} points.
        By availability: first what you can collect today, then what is in stock, to be confirmed, sold out.
        Equals: recent sales, then the newest. No shop can pay for a better place; neither commission nor subscription enters the sum.
        """;
}
