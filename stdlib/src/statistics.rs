//! `_statistics`: the inverse of the normal distribution's cumulative function (Wichura's algorithm AS 241).

use weft_vm::object::{Args, ModuleSpec};
use weft_vm::{Res, Thread, methods};

/// The module.
pub static MODULE: ModuleSpec = ModuleSpec {
    name: "_statistics",
    doc: "Accelerators for the statistics module.\n",
    functions: methods! {
        "_normal_dist_inv_cdf(p, mu, sigma, /)" => inv_cdf;
    },
    init: None,
};

/// A polynomial, highest power first.
fn horner(c: &[f64], x: f64) -> f64 {
    c.iter().fold(0.0, |sum, c| sum * x + c)
}

fn inv_cdf(t: &mut Thread, a: Args<'_>) -> Res {
    let (p, mu, sigma) = (t.arg_f64(a.get(0))?, t.arg_f64(a.get(1))?, t.arg_f64(a.get(2))?);
    if p <= 0.0 || p >= 1.0 {
        return Err(t.value_error("inv_cdf undefined for these parameters"));
    }
    let q = p - 0.5;
    if q.abs() <= 0.425 {
        let r = 0.180625 - q * q;
        let num = horner(
            &[
                2.509_080_928_730_122_7e3,
                3.343_057_558_358_813e4,
                6.726_577_092_700_87e4,
                4.592_195_393_154_987e4,
                1.373_169_376_550_946e4,
                1.971_590_950_306_551_3e3,
                1.331_416_678_917_843_8e2,
                3.387_132_872_796_366_5,
            ],
            r,
        ) * q;
        let den = horner(
            &[
                5.226_495_278_852_854e3,
                2.872_908_573_572_194_3e4,
                3.930_789_580_009_271e4,
                2.121_379_430_158_659_7e4,
                5.394_196_021_424_751e3,
                6.871_870_074_920_579e2,
                4.231_333_070_160_091e1,
                1.0,
            ],
            r,
        );
        let x = num / den;
        return Ok(t.float(mu + x * sigma));
    }
    let r = if q <= 0.0 { p } else { 1.0 - p };
    let r = (-r.ln()).sqrt();
    let (num, den) = if r <= 5.0 {
        let r = r - 1.6;
        (
            horner(
                &[
                    7.745_450_142_783_414e-4,
                    2.272_384_498_926_918_4e-2,
                    2.417_807_251_774_506e-1,
                    1.270_458_252_452_368_4,
                    3.647_848_324_763_204_5,
                    5.769_497_221_460_691,
                    4.630_337_846_156_546,
                    1.423_437_110_749_683_5,
                ],
                r,
            ),
            horner(
                &[
                    1.050_750_071_644_416_9e-9,
                    5.475_938_084_995_345e-4,
                    1.519_866_656_361_645_7e-2,
                    1.481_039_764_274_800_8e-1,
                    6.897_673_349_851e-1,
                    1.676_384_830_183_803_8,
                    2.053_191_626_637_759,
                    1.0,
                ],
                r,
            ),
        )
    } else {
        let r = r - 5.0;
        (
            horner(
                &[
                    2.010_334_399_292_288_1e-7,
                    2.711_555_568_743_487_6e-5,
                    1.242_660_947_388_078_4e-3,
                    2.653_218_952_657_612_4e-2,
                    2.965_605_718_285_048_7e-1,
                    1.784_826_539_917_291_3,
                    5.463_784_911_164_114,
                    6.657_904_643_501_103,
                ],
                r,
            ),
            horner(
                &[
                    2.044_263_103_389_939_7e-15,
                    1.421_511_758_316_446e-7,
                    1.846_318_317_510_054_8e-5,
                    7.868_691_311_456_133e-4,
                    1.487_536_129_085_061_5e-2,
                    1.369_298_809_227_358e-1,
                    5.998_322_065_558_88e-1,
                    1.0,
                ],
                r,
            ),
        )
    };
    let x = if q < 0.0 { -(num / den) } else { num / den };
    Ok(t.float(mu + x * sigma))
}
