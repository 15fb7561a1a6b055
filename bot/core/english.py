"""Ordinary English words, in their plain forms: none is a slip of the finger for a word of the knowledge base.

Not a dictionary: the words that people use most in short messages, and those a letter or two away from such a word.
"""

from bot.core.text import stem

_WORDS = """
able accept account ache across act add address adult advice afford afraid africa after afternoon again against age
agree ahead air aisle alarm album alcohol alike alive allow almost alone along aloud alphabet already alter always
amount angel anger angle animal ankle annoy another answer ant anybody apart appear apple apply april area argue arm
army around arrive arrow art article ashamed asia aside asleep attack attempt attic aunt autumn average avoid awake
away awful axe baby back bacon bad badge bag bake balance ball balloon banana band bang bank bar bare bargain bark
barn base basket bat bath battery battle bay beach bead beam bean bear beard beast beat beauty bed bee beef beer
before beg begin behave behind believe bell belly belong below belt bench bend beneath berry beside bet better between
beyond big bike bill bin bird birth birthday biscuit bit bite bitter black blade blame blank blanket blast blaze
bleach bleed bless blind blink blister block blood bloom blouse blow blue blunt board boast boat body boil bold bolt
bomb bone bonus book boot border bore born borrow boss bother bottle bottom bowl box boy brace brain brake branch
brand brave bread break breast breath breathe brick bride bridge brief bright bring broad brother brown bruise brush
bubble bucket budget bug build bulb bull bullet bump bunch bundle burn burst bury bus bush business busy butcher
butter button buy cab cabin cable cage cake calf calm camel camera camp can cancel candle cap car card care career
careful carpet carriage carrot carry cart case cash cast castle cat catch cattle cause cave cease ceiling celebrate
cell cellar cent center centre chain chair chalk chance change chapter charge charm chase chat cheap cheat check cheek
cheer cheese chef cherry chess chest chew chicken chief child chill chimney chin chip choice choke choose chop chore
church cigar cinema circle city claim clap class claw clay clean clear clerk clever click cliff climb clinic clock
close cloth cloud clown club clue coach coal coast coat coffee coin cold collar collect college color colour comb
comfort common company complain complete computer concern confirm connect contact contain content continue control
cook cool copper copy cord corn corner correct cost cotton couch cough count country couple courage course court
cousin cover cow cradle craft cramp crane crash crawl cream create credit creep crew crime crisp cross crowd crown
cruel crumb crush cry cup cupboard cure curl current curse curtain curve cushion custom customer cut cycle dad daily
damage damp dance danger dare dark dash date daughter dawn day dead deaf deal dear death debt decay december decide
deck deep deer defeat defend degree delay deliver deny depart depend describe desert deserve desk detail devil dial
diary dice diet differ dig dim dine dinner dip direct dirt dirty discover discuss disease dish dismiss distance dive
divide divorce dizzy dock dog doll dollar donkey door dose dot double doubt down dozen drag drain drama draw drawer
dream dress drift drill drink drive drop drown drug drum dry duck due dull dumb dump dust duty each eager ear early
earn earth ease east easter easy eat edge edit effect effort egg eight elbow elder electric eleven else email empty
end enemy engine enjoy enough enter entire envelope equal error escape essay estate europe even evening event exact
exam example except exchange excite excuse exercise exist exit expect expense expert explain extra eye fabric face
fact fade fail faint fair fairy faith fall false fame family fan fancy far fare farm fashion fast fat fate father
fault favour fear feast feather february fed feed feel fell fellow female fence fetch fever few field fierce fifteen
fifth fifty fight figure file fill film final find fine finger finish fire firm fish fist fit five fix flag flame
flash flat flavour flea flesh flight float flock flood floor flour flow flower fly fog fold follow fond food fool foot
force foreign forest forget forgive fork form fort fortune forty forward found four fox frame free freeze fresh friday
friend fright frog front frost frown fruit fry fuel full fun fund funny fur furniture future gain game gap garage
garden garlic gas gate gather gaze gear general gentle ghost giant gift giraffe girl glad glance glass glory glove
glow glue goal goat gold good goose gossip grab grace grade grain gram grand grandma grandpa grape grass grave gravy
gray great greedy green greet grey grill grin grip ground group grow guard guest guide guilt guitar gum gun guy habit
hail hair half hall ham hammer hand handle hang happy harbour hard harm haste hat hate haul hay head heal health heap
heart heat heaven heavy hedge heel height hello helmet hen herb hero hide high hill hint hip hire history hit hobby
hold hole holiday holy home honest honey hook hop horn horse hose hospital host hot hotel hour house hug huge human
humble hundred hunger hungry hunt hurry hurt husband hut ice idea idle ill image include increase indeed index infant
inform ink inn insect inside instead insult invite iron island itch item ivory jacket jail jam january jar jaw jazz
jealous jeans jelly jet jewel job jog join joke journey joy judge jug juice july jump june junk jury just keen keep
kettle key kick kid kidney kill kind king kiss kitchen kite kitten knee kneel knife knit knock knot label lack ladder
lady lake lamb lame lamp land lane language lap large last late later laugh laundry law lawn lawyer lay lazy lead leaf
leak lean leap learn least leather leave lecture leg lemon lend length less lesson letter level liar library lick lid
lie life lift light likely limb lime limit line link lion lip liquid list listen liter litter little live liver lizard
load loaf loan local lock log lonely long look loose lord lose loss loud love low loyal luck luggage lump lunch lung
luxury machine mad magazine magic mail main major male man manage manner map march mark market marry mask mass mat
match mate material matter may meal measure meat medal medicine meet melt member memory mend menu mercy merry mess
message metal metre middle midnight mild mile milk mill million mind minor mint minus minute mirror mirth miserable
miss mist mistake mix mixture mobile model modern modest moment monday money monkey month mood moon moral morning moss
mother motion motor mountain mouse mouth move movie mud mug mum murder muscle museum mushroom music mystery nail naked
name nap narrow nasty nation nature naughty near nearly neat neck needle neighbour nephew nerve nest net never new
news nice niece night nine noble nobody nod noise none noon north nose note notice november number nurse nut oak oath
obey object ocean october odd offer office officer often oil old once onion open opera order ordinary other ought
outside oven owe own owner pace pack package packet pad page pain paint pair pan pane panic pants paper parcel pardon
parent park parrot part partner party pass passport past paste patch path patient pattern pause pay pea peace peach
peak pear pearl pen pencil pension pepper perfect period permit person pet petrol phone photo piano pick picture pie
piece pig pile pill pillow pilot pin pinch pine pink pint pipe pit pity pizza place plain plan plane plant plaster
plastic plate play pleasant plenty plot plough plug plum plus pocket poem poet point poison pole police polish polite
pond pony pool poor pop pork port porter pose position post pot potato pound pour powder power praise pray prefer
pregnant present press pretty prevent price pride priest prince print prison prize problem profit promise proof proper
protect proud prove public pudding puff pull pulse pump punch punish pupil puppy pure purple purpose purse push puzzle
quarrel quarter queen quick quiet quit rabbit race rack radio rag rail rain raise ram ran range rank rapid rare rash
rat rate rather raw ray razor reach ready real rear reason receive recipe record red reduce refuse regret relax remain
remember remind remove rent repair repeat reply report rescue rest return reward rib ribbon rice rich rid riddle ride
right ring riot ripe rise risk river road roar roast rob rock rod roll roof room root rope rot rotten rough round
route row royal rub rubber rubbish rude rug ruin rule run rush rust sack sad safe sail salad salary sale salt same
sample sand satin satisfy saturday sauce sausage save say scale scan scare scarf scene school science scissors score
scratch scream screen screw script sea seal search season seat second secret see seed seek seem sell send sense
sentence september serious servant serve set settle seven several sew shade shadow shake shallow shame shape share
sharp shave shed sheep sheet shelf shell shelter shine ship shirt shock shoe shoot shop shore short shoulder shout
shove show shower shrink shut shy sick side sight sign signal silence silk silly silver similar simple since sing
single sink sip sister sit site situation six size skate skill skin skip skirt sky slap slave sleep sleeve slice slide
slight slim slip slow small smart smell smile smoke smooth snack snail snake sneeze snore snow soak soap sob soccer
social sock sofa soft soil soldier sole solid solve song soon sore sorrow sort soul sound soup sour south space spade
spare speak special speech speed spell spend spice spider spill spin spirit spit spite split spoil spoon sport spot
spray spread spring square squeeze stable staff stage stain stair stale stamp stand staple star stare start starve
state station stay steady steak steal steam steel steep stem step stick stiff still sting stir stock stomach stone
stool stop store storm story stove straight strange straw stream street strength stress stretch strict strike string
strip stripe stroke strong struggle student study stuff stupid subject succeed such suck sudden suffer sugar suggest
suit sum summer sun sunday supper supply support suppose surface surprise swallow swamp swan swap swear sweat sweep
sweet swell swim swing switch sword table tablet tail tailor take tale talent talk tall tame tan tank tap tape target
task taste tax taxi tea teach team tear tease teeth temper temple tempt ten tennis tent term terrible test text thank
theatre thick thief thigh thin third thirst thirty thorn thought thousand thread threat three throat through throw
thumb thunder thursday ticket tide tidy tie tiger tight till timber time tin tiny tip tire tired title toad toast
today toe together toilet tomato tomorrow ton tone tongue tonight tool tooth top torch toss total touch tough tour tow
towel tower town toy trace track trade traffic trail train transfer trap trash travel tray treasure treat tree tremble
trial tribe trick trim trip trouble trousers truck true trumpet trunk trust truth tube tuesday tug tulip tumble tune
tunnel turkey turn turtle twelve twenty twice twin twist two tyre ugly uncle under unit until upper upset urge usual
vain valley value van vanish vase veil vein very vest video view village violin visa visit voice volume vote wage
wages wagon waist wait waiter wake walk wall wallet wander war warm warn wash wasp waste watch water wave wax weak
wealth wear weather weave web wedding wednesday weed week weekend weep weigh weight welcome well west wet whale wheat
wheel whip whisper whistle white whole wicked wide widow wife wild win wind window wine wing winter wipe wire wise
wish witch wolf wonder wood wool word work world worm worry worth wound wrap wreck wrist write wrong yard yawn year
yell yellow yesterday young youth zebra zero zip zoo
"""

ORDINARY_STEMS = frozenset(map(stem, _WORDS.split()))
