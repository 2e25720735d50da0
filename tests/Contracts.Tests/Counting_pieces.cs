namespace Marketplace.Contracts.Tests;

/// <summary>2,400 g of pieces of 1,200 g are two of them; what is no whole number of pieces is a weight and nothing else.</summary>
public sealed class Counting_pieces
{
    [Theory]
    [InlineData(SaleUnit.Weight, 2400, 1200L, 2L), InlineData(SaleUnit.Weight, 1200, 1200L, 1L)]
    [InlineData(SaleUnit.Weight, 2350, 1200L, null), InlineData(SaleUnit.Weight, 0, 1200L, null), InlineData(SaleUnit.Weight, 2400, null, null), InlineData(SaleUnit.Weight, 2400, 0L, null), InlineData(SaleUnit.Piece, 2400, 1200L, null)]
    public void Grams_are_pieces_where_they_are_whole_ones(SaleUnit unit, long quantity, long? each, long? pieces) => PieceWeights.Pieces(unit, quantity, each).ShouldBe(pieces);

    [Theory]
    [InlineData(3000, 1200L, 2400), InlineData(1199, 1200L, 0), InlineData(3000, null, 3000)]
    public void Less_than_a_piece_is_left_out(long quantity, long? each, long whole) => PieceWeights.Whole(quantity, each).ShouldBe(whole);

    [Theory]
    [InlineData(19, false), InlineData(20, true), InlineData(30_000, true), InlineData(30_001, false), InlineData(-1200, false)]
    public void Some_weights_no_piece_has(long grams, bool can) => PieceWeights.CanBe(grams).ShouldBe(can);
}
